namespace MpcgLine.Service.Workers;

/// <summary>
/// One token that goes from stage to stage, each loop passing it on when it holds it. The heartbeat advances only when it
/// has come round, so one hanging stage stops it. A stage whose work is done is left out: what follows still drains.
/// Any thread.
/// </summary>
internal sealed class LivenessToken
{
    private int _holder;
    private int _retired;

    /// <summary>Called by a stage's loop, with or without work.</summary>
    public void Pass(LineStage stage) => Interlocked.CompareExchange(ref _holder, (int)stage + 1, (int)stage);

    /// <summary>The stage's loop has ended as it should.</summary>
    public void Retire(LineStage stage) => Interlocked.Or(ref _retired, 1 << (int)stage);

    /// <summary>Whether the token has come round since this last said so; it then starts again.</summary>
    public bool TakeArrived()
    {
        int holder = Volatile.Read(ref _holder);
        while (holder < (int)LineStage.Arrived && (Volatile.Read(ref _retired) & (1 << holder)) != 0)
        {
            Pass((LineStage)holder);
            holder = Volatile.Read(ref _holder);
        }

        return Interlocked.CompareExchange(ref _holder, (int)LineStage.Acquisition, (int)LineStage.Arrived) == (int)LineStage.Arrived;
    }
}

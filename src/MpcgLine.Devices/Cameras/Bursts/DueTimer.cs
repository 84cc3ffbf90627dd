namespace MpcgLine.Devices.Cameras.Bursts;

/// <summary>Waits for a timestamp of a <see cref="TimeProvider"/>. One thread waits; one timer, reused.</summary>
internal sealed class DueTimer : IDisposable
{
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly ManualResetEventSlim _elapsed = new();

    public DueTimer(TimeProvider time)
    {
        _time = time;
        _timer = time.CreateTimer(static s => ((DueTimer)s!)._elapsed.Set(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>True once the timestamp is reached; false where the timeout or the cancellation came first.</summary>
    public bool Wait(long due, TimeSpan timeout, CancellationToken cancellation)
    {
        long started = _time.GetTimestamp();
        while (true)
        {
            long now = _time.GetTimestamp();
            if (now >= due)
            {
                return true;
            }

            TimeSpan left = timeout - _time.GetElapsedTime(started, now);
            if (left <= TimeSpan.Zero || cancellation.IsCancellationRequested)
            {
                return false;
            }

            TimeSpan untilDue = _time.GetElapsedTime(now, due);
            _elapsed.Reset();
            _timer.Change(untilDue < left ? RoundUp(untilDue) : RoundUp(left), Timeout.InfiniteTimeSpan);
            WaitForTimer(cancellation);
        }
    }

    public void Dispose()
    {
        _timer.Dispose();
        _elapsed.Dispose();
    }

    private void WaitForTimer(CancellationToken cancellation)
    {
        try
        {
            _elapsed.Wait(cancellation);
        }
        catch (OperationCanceledException)
        {
            // The loop sees the token.
        }
    }

    // A timer of whole milliseconds would fire early and spin.
    private static TimeSpan RoundUp(TimeSpan wait) => TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds));
}

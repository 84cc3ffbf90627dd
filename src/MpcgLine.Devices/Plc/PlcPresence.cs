namespace MpcgLine.Devices.Plc;

/// <summary>Whether the PLC's program runs: its heartbeat has moved since the connection opened, and lately.</summary>
internal sealed class PlcPresence(TimeProvider time)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);
    private ushort _heartbeat;
    private long _changedAt;
    private bool _moved;

    public bool IsAlive => _moved && time.GetElapsedTime(_changedAt) < Limit;

    /// <summary>A connection opened; <paramref name="heartbeat"/> is only a starting point.</summary>
    public void Restart(ushort heartbeat)
    {
        _heartbeat = heartbeat;
        _moved = false;
    }

    public void Observe(ushort heartbeat)
    {
        if (heartbeat != _heartbeat)
        {
            _heartbeat = heartbeat;
            _changedAt = time.GetTimestamp();
            _moved = true;
        }
    }
}

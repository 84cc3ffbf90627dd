namespace MpcgLine.Devices.Plc.Simulated;

/// <summary>How the simulated PLC behaves. The addresses must be those of the link.</summary>
public sealed record SimulatedPlcOptions
{
    /// <summary>TCP port on 127.0.0.1; 0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>Address of the first register the daemon writes (D2P).</summary>
    public ushort DaemonBase { get; init; }

    /// <summary>Address of the first register the PLC writes (P2D).</summary>
    public ushort PlcBase { get; init; } = 200;

    /// <summary>Order of the registers of 32-bit values.</summary>
    public WordOrder WordOrder { get; init; }

    /// <summary>Time from scan to scan.</summary>
    public TimeSpan Scan { get; init; } = TimeSpan.FromMilliseconds(10);

    /// <summary>Encoder counts from the part sensor to the gate: past it nothing is accepted for a part any more.</summary>
    public int GateDistance { get; init; } = 1_000_000;

    /// <summary>Encoder counts from the part sensor to the leading edge under the camera, as the link binds with.</summary>
    public int LeadingEdgeDistance { get; init; }

    /// <summary>Largest deviation of a result's leading edge from that distance, encoder counts.</summary>
    public int EncoderTolerance { get; init; } = 50;

    /// <summary>Whether Control b3 is set: verdicts of a daemon in TestMode are accepted.</summary>
    public bool AcceptsTestMode { get; init; } = true;

    /// <summary>Whether FC23 is answered; otherwise exception 1, as by many small PLCs.</summary>
    public bool SupportsReadWrite { get; init; } = true;

    /// <summary>First value of PlcSession, not 0.</summary>
    public ushort FirstSession { get; init; } = 1;

    /// <summary>Time without a change of the daemon's heartbeat after which everything is rejected.</summary>
    public TimeSpan HeartbeatLimit { get; init; } = TimeSpan.FromMilliseconds(500);
}

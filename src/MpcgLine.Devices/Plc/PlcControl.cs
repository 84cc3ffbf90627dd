namespace MpcgLine.Devices.Plc;

/// <summary>Bits of the PLC's Control register.</summary>
[Flags]
public enum PlcControl : ushort
{
    /// <summary>No bit.</summary>
    None = 0,

    /// <summary>The production line runs.</summary>
    Run = 1 << 0,

    /// <summary>Clear latched faults.</summary>
    ClearFault = 1 << 1,

    /// <summary>Clear the counters.</summary>
    ClearCounters = 1 << 2,

    /// <summary>The operator accepts TestMode verdicts.</summary>
    TestMode = 1 << 3,
}

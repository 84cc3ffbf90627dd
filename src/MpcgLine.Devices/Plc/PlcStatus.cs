namespace MpcgLine.Devices.Plc;

/// <summary>Bits of the daemon's Status register. Bit 15 is never set, so all ones can't be a status.</summary>
[Flags]
public enum PlcStatus : ushort
{
    /// <summary>No bit.</summary>
    None = 0,

    /// <summary>Verdicts are valid; written by the link alone.</summary>
    Online = 1 << 0,

    /// <summary>A panel is under inspection.</summary>
    Busy = 1 << 1,

    /// <summary>Something needs attention; verdicts are valid.</summary>
    Warning = 1 << 2,

    /// <summary>A fault, named by FaultCode.</summary>
    Fault = 1 << 3,

    /// <summary>Lines were dropped by us (latched).</summary>
    Overrun = 1 << 4,

    /// <summary>The encoder counts plausibly.</summary>
    EncoderOk = 1 << 5,

    /// <summary>The camera is alive.</summary>
    CameraOk = 1 << 6,

    /// <summary>A recipe is loaded.</summary>
    RecipeOk = 1 << 7,

    /// <summary>The camera is not a real one; written by the link alone.</summary>
    TestMode = 1 << 8,

    /// <summary>A verdict missed its deadline (latched).</summary>
    Late = 1 << 9,

    /// <summary>Not ready yet: Online is withheld.</summary>
    WarmingUp = 1 << 10,
}

namespace MpcgLine.Service.Configuration;

/// <summary>Whom verdicts are told.</summary>
internal enum PlcMode
{
    /// <summary>Nobody.</summary>
    None,

    /// <summary>A PLC over Modbus TCP.</summary>
    Modbus,

    /// <summary>A simulated PLC inside this program, over Modbus TCP on loopback.</summary>
    Simulated,
}

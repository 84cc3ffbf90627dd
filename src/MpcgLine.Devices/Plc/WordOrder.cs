namespace MpcgLine.Devices.Plc;

/// <summary>Order of the two registers of a 32-bit value; the bytes within a register are always big-endian.</summary>
public enum WordOrder
{
    /// <summary>High word in the lower register.</summary>
    HighFirst = 0,

    /// <summary>Low word in the lower register.</summary>
    LowFirst,
}

namespace MpcgLine.Devices.Plc.Modbus;

/// <summary>How a transaction ended.</summary>
internal enum ModbusOutcome
{
    /// <summary>The connection is not open, was closed by the peer, or was aborted.</summary>
    Closed = 0,

    /// <summary>The reply is the one that was asked for.</summary>
    Ok,

    /// <summary>The peer answered with an exception code; the connection stays open.</summary>
    Exception,

    /// <summary>The deadline passed; the connection was closed, so that a late reply can't be taken for a later one.</summary>
    Timeout,

    /// <summary>The reply breaks the protocol (transaction, unit, length, content); the connection was closed.</summary>
    Protocol,
}

namespace MpcgLine.Devices.Plc.Modbus;

/// <summary>Exception codes a server answers with (Modbus application protocol 1.1b3, section 7).</summary>
internal enum ModbusExceptionCode : byte
{
    None = 0,
    IllegalFunction = 1,
    IllegalDataAddress = 2,
    IllegalDataValue = 3,
}

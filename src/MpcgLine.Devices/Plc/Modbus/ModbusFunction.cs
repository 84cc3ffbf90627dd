namespace MpcgLine.Devices.Plc.Modbus;

/// <summary>Function codes spoken here (Modbus application protocol 1.1b3, section 6).</summary>
internal enum ModbusFunction : byte
{
    ReadHoldingRegisters = 0x03,
    ReadInputRegisters = 0x04,
    WriteSingleRegister = 0x06,
    WriteMultipleRegisters = 0x10,
    ReadWriteMultipleRegisters = 0x17,
}

using System.Buffers.Binary;

namespace MpcgLine.Devices.Plc.Modbus;

/// <summary>A request as a server sees it, checked against the protocol's limits.</summary>
/// <param name="Function">Function code.</param>
/// <param name="ReadAddress">First register to read.</param>
/// <param name="ReadCount">Registers to read, 0 if none.</param>
/// <param name="WriteAddress">First register to write.</param>
/// <param name="WriteCount">Registers to write, 0 if none.</param>
/// <param name="ValuesAt">Offset, in the protocol unit, of the values to write.</param>
internal readonly record struct ModbusRequest(
    ModbusFunction Function,
    ushort ReadAddress,
    int ReadCount,
    ushort WriteAddress,
    int WriteCount,
    int ValuesAt)
{
    /// <summary>Decodes a protocol unit; anything but None is the exception to answer with.</summary>
    public static ModbusExceptionCode Decode(ReadOnlySpan<byte> pdu, out ModbusRequest request)
    {
        request = default;
        var function = (ModbusFunction)pdu[0];
        switch (function)
        {
            case ModbusFunction.ReadHoldingRegisters or ModbusFunction.ReadInputRegisters:
                if (pdu.Length != 5)
                {
                    return ModbusExceptionCode.IllegalDataValue;
                }

                request = new(function, Word(pdu, 1), Word(pdu, 3), 0, 0, 0);
                return InRange(request.ReadCount, ModbusCodec.MaxRead);

            case ModbusFunction.WriteSingleRegister:
                request = new(function, 0, 0, pdu.Length == 5 ? Word(pdu, 1) : (ushort)0, 1, 3);
                return pdu.Length == 5 ? ModbusExceptionCode.None : ModbusExceptionCode.IllegalDataValue;

            case ModbusFunction.WriteMultipleRegisters:
                if (pdu.Length < 6 || pdu.Length != 6 + pdu[5] || pdu[5] != 2 * Word(pdu, 3))
                {
                    return ModbusExceptionCode.IllegalDataValue;
                }

                request = new(function, 0, 0, Word(pdu, 1), Word(pdu, 3), 6);
                return InRange(request.WriteCount, ModbusCodec.MaxWrite);

            case ModbusFunction.ReadWriteMultipleRegisters:
                if (pdu.Length < 10 || pdu.Length != 10 + pdu[9] || pdu[9] != 2 * Word(pdu, 7))
                {
                    return ModbusExceptionCode.IllegalDataValue;
                }

                request = new(function, Word(pdu, 1), Word(pdu, 3), Word(pdu, 5), Word(pdu, 7), 10);
                return InRange(request.ReadCount, ModbusCodec.MaxRead) is var read and not ModbusExceptionCode.None
                    ? read
                    : InRange(request.WriteCount, ModbusCodec.MaxReadWriteWrite);

            default:
                return ModbusExceptionCode.IllegalFunction;
        }
    }

    private static ushort Word(ReadOnlySpan<byte> pdu, int at) => BinaryPrimitives.ReadUInt16BigEndian(pdu[at..]);

    private static ModbusExceptionCode InRange(int count, int most) =>
        count >= 1 && count <= most ? ModbusExceptionCode.None : ModbusExceptionCode.IllegalDataValue;
}

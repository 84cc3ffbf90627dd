using System.Buffers.Binary;

namespace MpcgLine.Devices.Plc.Modbus;

/// <summary>
/// Encodes a client's requests and decodes the replies to them; spans in, spans out, no allocation. Limits are
/// those of the protocol: 125 registers read, 123 written, 121 written by FC23.
/// </summary>
internal static class ModbusCodec
{
    public const int MaxAduSize = 260;
    public const int MaxRead = 125;
    public const int MaxWrite = 123;
    public const int MaxReadWriteWrite = 121;

    private const byte ExceptionFlag = 0x80;

    /// <summary>FC03. Returns the length of the application unit written to <paramref name="adu"/>.</summary>
    public static int EncodeRead(Span<byte> adu, ushort transaction, byte unit, ushort address, int count)
    {
        CheckCount(count, MaxRead, nameof(count));
        new MbapHeader(transaction, 6, unit).Encode(adu);
        adu[7] = (byte)ModbusFunction.ReadHoldingRegisters;
        BinaryPrimitives.WriteUInt16BigEndian(adu[8..], address);
        BinaryPrimitives.WriteUInt16BigEndian(adu[10..], (ushort)count);
        return 12;
    }

    /// <summary>FC16. Returns the length of the application unit written to <paramref name="adu"/>.</summary>
    public static int EncodeWrite(Span<byte> adu, ushort transaction, byte unit, ushort address, ReadOnlySpan<ushort> values)
    {
        CheckCount(values.Length, MaxWrite, nameof(values));
        new MbapHeader(transaction, (ushort)(7 + (2 * values.Length)), unit).Encode(adu);
        adu[7] = (byte)ModbusFunction.WriteMultipleRegisters;
        BinaryPrimitives.WriteUInt16BigEndian(adu[8..], address);
        BinaryPrimitives.WriteUInt16BigEndian(adu[10..], (ushort)values.Length);
        adu[12] = (byte)(2 * values.Length);
        WriteRegisters(adu[13..], values);
        return 13 + (2 * values.Length);
    }

    /// <summary>FC23: the server writes first, then reads. Returns the length of the application unit.</summary>
    public static int EncodeReadWrite(
        Span<byte> adu,
        ushort transaction,
        byte unit,
        ushort readAddress,
        int readCount,
        ushort writeAddress,
        ReadOnlySpan<ushort> values)
    {
        CheckCount(readCount, MaxRead, nameof(readCount));
        CheckCount(values.Length, MaxReadWriteWrite, nameof(values));
        new MbapHeader(transaction, (ushort)(11 + (2 * values.Length)), unit).Encode(adu);
        adu[7] = (byte)ModbusFunction.ReadWriteMultipleRegisters;
        BinaryPrimitives.WriteUInt16BigEndian(adu[8..], readAddress);
        BinaryPrimitives.WriteUInt16BigEndian(adu[10..], (ushort)readCount);
        BinaryPrimitives.WriteUInt16BigEndian(adu[12..], writeAddress);
        BinaryPrimitives.WriteUInt16BigEndian(adu[14..], (ushort)values.Length);
        adu[16] = (byte)(2 * values.Length);
        WriteRegisters(adu[17..], values);
        return 17 + (2 * values.Length);
    }

    /// <summary>Decodes a reply to FC03 or FC23; <paramref name="values"/> is filled only where the result is Ok.</summary>
    public static ModbusResult DecodeRead(ReadOnlySpan<byte> pdu, ModbusFunction function, Span<ushort> values)
    {
        if (TryDecodeException(pdu, function, out ModbusResult exception))
        {
            return exception;
        }

        if (pdu.Length != 2 + (2 * values.Length) || pdu[0] != (byte)function || pdu[1] != 2 * values.Length)
        {
            return ModbusResult.Protocol;
        }

        ReadRegisters(pdu[2..], values);
        return ModbusResult.Ok;
    }

    /// <summary>Decodes a reply to FC16, which echoes address and count.</summary>
    public static ModbusResult DecodeWrite(ReadOnlySpan<byte> pdu, ushort address, int count)
    {
        if (TryDecodeException(pdu, ModbusFunction.WriteMultipleRegisters, out ModbusResult exception))
        {
            return exception;
        }

        bool echoes = pdu.Length == 5
            && pdu[0] == (byte)ModbusFunction.WriteMultipleRegisters
            && BinaryPrimitives.ReadUInt16BigEndian(pdu[1..]) == address
            && BinaryPrimitives.ReadUInt16BigEndian(pdu[3..]) == count;
        return echoes ? ModbusResult.Ok : ModbusResult.Protocol;
    }

    public static void ReadRegisters(ReadOnlySpan<byte> bytes, Span<ushort> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = BinaryPrimitives.ReadUInt16BigEndian(bytes[(2 * i)..]);
        }
    }

    public static void WriteRegisters(Span<byte> bytes, ReadOnlySpan<ushort> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteUInt16BigEndian(bytes[(2 * i)..], values[i]);
        }
    }

    // An exception reply is nine bytes on the wire, whatever was asked for: two of them are the protocol unit.
    private static bool TryDecodeException(ReadOnlySpan<byte> pdu, ModbusFunction function, out ModbusResult result)
    {
        result = default;
        if (pdu.Length == 0 || pdu[0] != ((byte)function | ExceptionFlag))
        {
            return false;
        }

        result = pdu.Length == 2 && pdu[1] != 0 ? ModbusResult.Exception(pdu[1]) : ModbusResult.Protocol;
        return true;
    }

    private static void CheckCount(int count, int most, string name)
    {
        if (count < 1 || count > most)
        {
            throw new ArgumentOutOfRangeException(name, count, $"A request carries 1..{most} registers.");
        }
    }
}

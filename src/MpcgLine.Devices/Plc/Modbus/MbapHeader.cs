using System.Buffers.Binary;

namespace MpcgLine.Devices.Plc.Modbus;

/// <summary>The seven bytes before every Modbus TCP protocol unit.</summary>
/// <param name="Transaction">Echoed by the server; ties a reply to its request.</param>
/// <param name="Length">Bytes that follow the length field: unit id and protocol unit, 2..254.</param>
/// <param name="Unit">Unit id.</param>
internal readonly record struct MbapHeader(ushort Transaction, ushort Length, byte Unit)
{
    public const int Size = 7;

    /// <summary>Shortest length: unit id and function code.</summary>
    public const int MinLength = 2;

    /// <summary>Longest length: unit id and the 253 bytes of the largest protocol unit.</summary>
    public const int MaxLength = 254;

    /// <summary>Bytes of the protocol unit that follows the header.</summary>
    public int PduLength => Length - 1;

    public void Encode(Span<byte> adu)
    {
        BinaryPrimitives.WriteUInt16BigEndian(adu, Transaction);  // 0-1 transaction
        BinaryPrimitives.WriteUInt16BigEndian(adu[2..], 0);       // 2-3 protocol, always 0
        BinaryPrimitives.WriteUInt16BigEndian(adu[4..], Length);  // 4-5 length of what follows
        adu[6] = Unit;                                            // 6   unit id
    }

    /// <summary>False where the bytes can't be a Modbus TCP header: the stream is out of step and has to be closed.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, out MbapHeader header)
    {
        header = default;
        if (bytes.Length < Size || BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]) != 0)
        {
            return false;
        }

        ushort length = BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]);
        if (length is < MinLength or > MaxLength)
        {
            return false;
        }

        header = new MbapHeader(BinaryPrimitives.ReadUInt16BigEndian(bytes), length, bytes[6]);
        return true;
    }
}

using System.Buffers.Binary;

namespace MpcgLine.Imaging;

/// <summary>
/// Walks a PNG's chunks without decoding. The decoder is content once it has every row, and some of its paths
/// report rows they never had as gray; the chunk chain tells for certain whether the file is whole.
/// </summary>
internal static class PngChunks
{
    private const int SignatureLength = 8;
    private const int LengthAndType = 8;
    private const int Crc = 4;
    private const uint EndType = 0x49454E44; // "IEND"

    /// <summary>Whether the chain of chunks reaches its end chunk within the file.</summary>
    public static bool IsWhole(Stream png)
    {
        Span<byte> head = stackalloc byte[LengthAndType];
        long position = SignatureLength;
        while (position + LengthAndType + Crc <= png.Length)
        {
            png.Position = position;
            png.ReadExactly(head);
            uint length = BinaryPrimitives.ReadUInt32BigEndian(head);
            position += LengthAndType + (long)length + Crc;
            if (BinaryPrimitives.ReadUInt32BigEndian(head[4..]) == EndType)
            {
                return position <= png.Length;
            }
        }

        return false;
    }
}

using System.Buffers.Binary;
using System.Numerics;
using MpcgLine.Inspection.Acquisition;
using MpcgLine.Inspection.Primitives;

namespace MpcgLine.Devices.Cameras.Replay;

/// <summary>
/// Layout of a recorded run. All numbers are little-endian.
/// <list type="bullet">
/// <item>Head, 24 bytes: "MPCGSTRP", version u32 (1), width u32, lines per strip u32, CRC-32C u32 of the 20 before.</item>
/// <item>Per strip, 60 bytes: "STRP", frame id i64, burst i64, first line i64, line count u32, burst line count u32,
/// encoder u32, time of exposure i64 (100 ns since the first strip), status u32, CRC-32C u32 of the pixels, CRC-32C u32 of
/// the 56 before; then the pixels, line count x width bytes.</item>
/// <item>End, 16 bytes: "ENDS", strips i64, CRC-32C u32 of the 12 before. A file without it was cut short.</item>
/// </list>
/// </summary>
internal static class StripFile
{
    public const string Extension = ".strips";
    public const int HeadSize = 24;
    public const int StampSize = 60;
    public const int EndSize = 16;
    public const uint Version = 1;
    public const uint StampMark = 0x50525453; // "STRP"
    public const uint EndMark = 0x53444E45;   // "ENDS"

    public static ReadOnlySpan<byte> Magic => "MPCGSTRP"u8;

    public static bool HasExtension(string path) =>
        string.Equals(Path.GetExtension(path), Extension, StringComparison.OrdinalIgnoreCase);

    public static void WriteHead(Span<byte> head, int width, int linesPerStrip)
    {
        Magic.CopyTo(head);
        BinaryPrimitives.WriteUInt32LittleEndian(head[8..], Version);
        BinaryPrimitives.WriteInt32LittleEndian(head[12..], width);
        BinaryPrimitives.WriteInt32LittleEndian(head[16..], linesPerStrip);
        Seal(head);
    }

    /// <param name="bytes">60 bytes.</param>
    /// <param name="stamp">Its ExposedAt is replaced by <paramref name="ticks"/>.</param>
    /// <param name="ticks">Time of exposure, 100 ns since the first strip.</param>
    /// <param name="pixels">The strip's lines.</param>
    public static void WriteStamp(Span<byte> bytes, in StripStamp stamp, long ticks, ReadOnlySpan<byte> pixels)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, StampMark);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[4..], stamp.FrameId);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[12..], stamp.Burst);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[20..], stamp.FirstLine.Value);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[28..], stamp.LineCount);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[32..], stamp.BurstLineCount);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[36..], stamp.Encoder.Value);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[40..], ticks);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[48..], (int)stamp.Status);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[52..], Crc(pixels));
        Seal(bytes);
    }

    /// <summary>The stamp with ExposedAt in 100 ns since the first strip, and the pixels' checksum.</summary>
    public static StripStamp ReadStamp(ReadOnlySpan<byte> bytes, out uint pixelCrc)
    {
        pixelCrc = BinaryPrimitives.ReadUInt32LittleEndian(bytes[52..]);
        return new StripStamp(
            BinaryPrimitives.ReadInt64LittleEndian(bytes[4..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[12..]),
            new LineIndex(BinaryPrimitives.ReadInt64LittleEndian(bytes[20..])),
            BinaryPrimitives.ReadInt32LittleEndian(bytes[28..]),
            BinaryPrimitives.ReadInt32LittleEndian(bytes[32..]),
            new EncoderCount(BinaryPrimitives.ReadUInt32LittleEndian(bytes[36..])),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[40..]),
            (StripStatus)BinaryPrimitives.ReadInt32LittleEndian(bytes[48..]));
    }

    public static void WriteEnd(Span<byte> end, long strips)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(end, EndMark);
        BinaryPrimitives.WriteInt64LittleEndian(end[4..], strips);
        Seal(end);
    }

    /// <summary>Whether the last four bytes are the checksum of those before.</summary>
    public static bool IsSealed(ReadOnlySpan<byte> bytes) =>
        BinaryPrimitives.ReadUInt32LittleEndian(bytes[^4..]) == Crc(bytes[..^4]);

    /// <summary>CRC-32C (Castagnoli).</summary>
    public static uint Crc(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        for (; bytes.Length >= 8; bytes = bytes[8..])
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        foreach (byte b in bytes)
        {
            crc = BitOperations.Crc32C(crc, b);
        }

        return ~crc;
    }

    private static void Seal(Span<byte> bytes) =>
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[^4..], Crc(bytes[..^4]));
}

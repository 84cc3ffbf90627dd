using System.Buffers.Binary;

namespace MpcgLine.Imaging;

/// <summary>
/// What a file's first bytes say, before any decoder sees it: no memory is taken for a size that a damaged or hostile
/// header states. Any thread; no state.
/// </summary>
internal static class ImageHeader
{
    private const int Length = 26;

    // Byte order, then 42 for the 32-bit form and 43 for the 64-bit one.
    private static readonly byte[][] TiffSignatures =
        [[.. "II"u8, 42, 0], [.. "MM"u8, 0, 42], [.. "II"u8, 43, 0], [.. "MM"u8, 0, 43]];

    /// <summary>Tells the format and refuses what can be seen to be wrong.</summary>
    /// <exception cref="ImageFileException">The file can't be opened, is of no known format, cut short, or too large.</exception>
    public static ImageKind Check(string path, long maxPixels)
    {
        try
        {
            using var stream = File.OpenRead(path);
            Span<byte> head = stackalloc byte[Length];
            int read = stream.ReadAtLeast(head, Length, throwOnEndOfStream: false);
            head = head[..read];
            ImageKind kind = KindOf(head);
            switch (kind)
            {
                case ImageKind.Unknown:
                    throw new ImageFileException(path, read == 0 ? "the file is empty" : $"not a {ImageNames.Formats} image");
                case ImageKind.Png:
                    CheckPng(path, stream, head, maxPixels);
                    break;
                case ImageKind.Tiff when head.StartsWith(TiffSignatures[^1]):
                    // The library takes the directory's length from the wrong end of its eight bytes.
                    throw new ImageFileException(path, "a big-endian TIFF with 64-bit offsets, which is not read");
                case ImageKind.Bmp:
                    CheckBmp(path, stream, head, maxPixels);
                    break;
                default:
                    break; // a JPEG's and a TIFF's size lie anywhere in the file: the decoder finds them
            }

            return kind;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ImageFileException(path, $"can't be opened: {e.Message}", e);
        }
    }

    /// <summary>Refuses a size without pixels or with too many.</summary>
    /// <exception cref="ImageFileException">It is one.</exception>
    public static void CheckPixels(string path, long width, long height, long maxPixels)
    {
        if (width <= 0 || height <= 0)
        {
            throw new ImageFileException(path, $"its header states {width} x {height} pixels, at least 1 x 1 is needed");
        }

        if (width > maxPixels || height > maxPixels || width * height > maxPixels)
        {
            throw new ImageFileException(path, $"its header states {width} x {height} pixels, at most {maxPixels} are read");
        }
    }

    private static ImageKind KindOf(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith<byte>([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]))
        {
            return ImageKind.Png;
        }

        if (head.StartsWith<byte>([0xFF, 0xD8, 0xFF]))
        {
            return ImageKind.Jpeg;
        }

        foreach (byte[] signature in TiffSignatures)
        {
            if (head.StartsWith(signature))
            {
                return ImageKind.Tiff;
            }
        }

        return head.StartsWith("BM"u8) ? ImageKind.Bmp : ImageKind.Unknown;
    }

    private static void CheckPng(string path, FileStream stream, ReadOnlySpan<byte> head, long maxPixels)
    {
        if (head.Length < Length)
        {
            throw new ImageFileException(path, "truncated within its header");
        }

        CheckPixels(
            path,
            BinaryPrimitives.ReadUInt32BigEndian(head[16..]),
            BinaryPrimitives.ReadUInt32BigEndian(head[20..]),
            maxPixels);
        if (!PngChunks.IsWhole(stream))
        {
            throw new ImageFileException(path, "truncated: the file ends before its end chunk");
        }
    }

    private static void CheckBmp(string path, FileStream stream, ReadOnlySpan<byte> head, long maxPixels)
    {
        if (head.Length < Length)
        {
            throw new ImageFileException(path, "truncated within its header");
        }

        if (BinaryPrimitives.ReadUInt32LittleEndian(head[14..]) >= 40)
        {
            // A negative height means rows from the top.
            CheckPixels(
                path,
                BinaryPrimitives.ReadInt32LittleEndian(head[18..]),
                Math.Abs((long)BinaryPrimitives.ReadInt32LittleEndian(head[22..])),
                maxPixels);
        }

        uint stated = BinaryPrimitives.ReadUInt32LittleEndian(head[2..]);
        if (stated > stream.Length)
        {
            throw new ImageFileException(path, $"truncated: {stream.Length} of the {stated} bytes its header states");
        }
    }
}

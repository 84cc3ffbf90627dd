using System.Buffers.Binary;
using System.Runtime.InteropServices;
using MpcgLine.Inspection.Primitives;
using SkiaSharp;

namespace MpcgLine.Imaging;

/// <summary>
/// Reads PNG, JPEG and BMP files as 8-bit gray, and writes 8-bit gray PNG. A file is read whole or not at all:
/// never a partly gray image. Colour becomes luma (0.299 R + 0.587 G + 0.114 B, Rec. 601), so equal channels stay
/// exactly what they were; alpha and EXIF orientation are ignored; colour profiles are not applied.
/// Any thread; no state.
/// </summary>
public static class GrayImageFile
{
    /// <summary>Default limit on a file's pixels: four panels of 7168 x 14000.</summary>
    public const long DefaultMaxPixels = 400_000_000;

    private const int HeaderLength = 26;

    /// <summary>Reads an image into memory of its own.</summary>
    /// <exception cref="ImageFileException">Missing, not an image, damaged, truncated or larger than <paramref name="maxPixels"/>.</exception>
    public static GrayImage Read(string path, long maxPixels = DefaultMaxPixels)
    {
        using var file = OpenedImage.Open(path, maxPixels);
        var pixels = GC.AllocateUninitializedArray<byte>(checked((int)file.Size.PixelCount));
        file.Decode(pixels);
        return new GrayImage(file.Size.Width, file.Size.Height, pixels);
    }

    /// <summary>
    /// Reads an image into the caller's memory, so that a sequence of images needs one buffer: the first
    /// <c>Width * Height</c> bytes of <paramref name="pixels"/> are overwritten, row-major without row padding.
    /// After an exception their content is undefined.
    /// </summary>
    /// <exception cref="ImageFileException">As <see cref="Read"/>, or the image is larger than <paramref name="pixels"/>.</exception>
    public static ImageSize ReadInto(string path, byte[] pixels)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        using var file = OpenedImage.Open(path, pixels.LongLength);
        file.Decode(pixels);
        return file.Size;
    }

    /// <summary>Reads the header alone; no memory is taken for pixels.</summary>
    /// <exception cref="ImageFileException">Missing, not an image, or larger than <paramref name="maxPixels"/>.</exception>
    public static ImageSize ReadSize(string path, long maxPixels = DefaultMaxPixels)
    {
        using var file = OpenedImage.Open(path, maxPixels);
        return file.Size;
    }

    /// <summary>Writes an 8-bit gray PNG; an existing file is replaced once the new one is complete.</summary>
    /// <exception cref="ImageFileException">The file can't be written.</exception>
    public static void WritePng(string path, GrayImage image)
    {
        string unfinished = path + ".part";
        try
        {
            using (var stream = File.Create(unfinished))
            {
                EncodePng(path, image, stream);
            }

            File.Move(unfinished, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ImageFileException(path, $"can't be written: {e.Message}", e);
        }
    }

    /// <summary>An 8-bit gray PNG in memory.</summary>
    public static byte[] ToPng(GrayImage image)
    {
        using var stream = new MemoryStream();
        EncodePng("picture", image, stream);
        return stream.ToArray();
    }

    private static void EncodePng(string name, GrayImage image, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(image);
        GCHandle pinned = GCHandle.Alloc(image.Pixels, GCHandleType.Pinned);
        try
        {
            var layout = new SKImageInfo(image.Width, image.Height, SKColorType.Gray8, SKAlphaType.Opaque);
            using var pixmap = new SKPixmap(layout, pinned.AddrOfPinnedObject(), image.Width);
            if (!pixmap.Encode(stream, SKEncodedImageFormat.Png, 100))
            {
                throw new ImageFileException(name, "the PNG encoder failed");
            }
        }
        finally
        {
            pinned.Free();
        }
    }

    /// <summary>A file whose header was read and found acceptable.</summary>
    private sealed class OpenedImage : IDisposable
    {
        private readonly string _path;
        private readonly SKCodec _codec;

        private OpenedImage(string path, SKCodec codec)
        {
            _path = path;
            _codec = codec;
            Size = new ImageSize(codec.Info.Width, codec.Info.Height);
        }

        public ImageSize Size { get; }

        public static OpenedImage Open(string path, long maxPixels)
        {
            CheckHeader(path, Math.Min(maxPixels, Array.MaxLength));
            var codec = SKCodec.Create(path, out SKCodecResult result)
                ?? throw new ImageFileException(path, result == SKCodecResult.IncompleteInput
                    ? "truncated within its header"
                    : $"not a readable PNG, JPEG or BMP image ({result})");
            try
            {
                CheckPixels(path, codec.Info.Width, codec.Info.Height, Math.Min(maxPixels, Array.MaxLength));
                return new OpenedImage(path, codec);
            }
            catch (ImageFileException)
            {
                codec.Dispose();
                throw;
            }
        }

        public void Decode(byte[] pixels)
        {
            if (_codec.Info.ColorType == SKColorType.Gray8)
            {
                DecodeGray(pixels);
            }
            else
            {
                DecodeColour(pixels);
            }
        }

        public void Dispose() => _codec.Dispose();

        private void DecodeGray(byte[] pixels)
        {
            GCHandle pinned = GCHandle.Alloc(pixels, GCHandleType.Pinned);
            try
            {
                var layout = new SKImageInfo(Size.Width, Size.Height, SKColorType.Gray8, SKAlphaType.Opaque);
                Check(_codec.GetPixels(layout, pinned.AddrOfPinnedObject(), Size.Width, SKCodecOptions.Default));
            }
            finally
            {
                pinned.Free();
            }
        }

        // The decoder has no path from colour to gray, so colour costs four more bytes per pixel while it is read.
        private void DecodeColour(byte[] pixels)
        {
            using var colour = new SKBitmap();
            if (!colour.TryAllocPixels(new SKImageInfo(Size.Width, Size.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul)))
            {
                throw new ImageFileException(_path, $"no memory for {Size.Width} x {Size.Height} colour pixels");
            }

            Check(_codec.GetPixels(colour.Info, colour.GetPixels(), colour.RowBytes, SKCodecOptions.Default));
            for (int y = 0; y < Size.Height; y++)
            {
                ReadOnlySpan<byte> rgba = colour.GetPixelSpan(0, y)[..(4 * Size.Width)];
                Span<byte> gray = pixels.AsSpan(y * Size.Width, Size.Width);
                for (int x = 0; x < gray.Length; x++)
                {
                    int luma = (299 * rgba[4 * x]) + (587 * rgba[(4 * x) + 1]) + (114 * rgba[(4 * x) + 2]);
                    gray[x] = (byte)((luma + 500) / 1000);
                }
            }
        }

        private void Check(SKCodecResult result)
        {
            if (result != SKCodecResult.Success)
            {
                throw new ImageFileException(_path, result == SKCodecResult.IncompleteInput
                    ? "truncated: the file ends before its last row"
                    : $"damaged: the decoder reports {result}");
            }
        }
    }

    private static void CheckHeader(string path, long maxPixels)
    {
        try
        {
            using var stream = File.OpenRead(path);
            Span<byte> head = stackalloc byte[HeaderLength];
            int read = stream.ReadAtLeast(head, HeaderLength, throwOnEndOfStream: false);
            head = head[..read];
            switch (KindOf(head))
            {
                case ImageKind.Unknown:
                    throw new ImageFileException(path, read == 0 ? "the file is empty" : "not a PNG, JPEG or BMP image");
                case ImageKind.Png:
                    CheckPng(path, stream, head, maxPixels);
                    break;
                case ImageKind.Bmp:
                    CheckBmp(path, stream, head, maxPixels);
                    break;
                default:
                    break; // a JPEG's size lies anywhere in its head: the decoder finds it
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ImageFileException(path, $"can't be opened: {e.Message}", e);
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

        return head.StartsWith("BM"u8) ? ImageKind.Bmp : ImageKind.Unknown;
    }

    private static void CheckPng(string path, FileStream stream, ReadOnlySpan<byte> head, long maxPixels)
    {
        if (head.Length < HeaderLength)
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
        if (head.Length < HeaderLength)
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

    private static void CheckPixels(string path, long width, long height, long maxPixels)
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
}

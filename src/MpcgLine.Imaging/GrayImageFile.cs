using System.Runtime.InteropServices;
using MpcgLine.Inspection.Primitives;
using SkiaSharp;

namespace MpcgLine.Imaging;

/// <summary>
/// Reads PNG, JPEG, BMP and TIFF files as 8-bit gray, and writes 8-bit gray PNG. A file is read whole or not at all:
/// never a partly gray image. Colour becomes luma (0.299 R + 0.587 G + 0.114 B, Rec. 601), so equal channels stay
/// exactly what they were; alpha, orientation and further pages are ignored; colour profiles are not applied. Of
/// 16-bit levels the high byte is kept, whatever of their range the image uses: 12 bits stored in the low end of 16 come
/// out nearly black. Any thread; no state.
/// </summary>
public static class GrayImageFile
{
    /// <summary>Default limit on a file's pixels: four panels of 7168 x 14000.</summary>
    public const long DefaultMaxPixels = 400_000_000;

    /// <summary>Reads an image into memory of its own.</summary>
    /// <exception cref="ImageFileException">Missing, not an image, damaged, truncated or larger than <paramref name="maxPixels"/>.</exception>
    public static GrayImage Read(string path, long maxPixels = DefaultMaxPixels)
    {
        using IImageDecoder file = Open(path, maxPixels);
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
        using IImageDecoder file = Open(path, pixels.LongLength);
        file.Decode(pixels);
        return file.Size;
    }

    /// <summary>Reads the header alone; no memory is taken for pixels.</summary>
    /// <exception cref="ImageFileException">Missing, not an image, or larger than <paramref name="maxPixels"/>.</exception>
    public static ImageSize ReadSize(string path, long maxPixels = DefaultMaxPixels)
    {
        using IImageDecoder file = Open(path, maxPixels);
        return file.Size;
    }

    /// <summary>Whether the file's pixels are coloured, by its header alone; reading it reduces them to gray.</summary>
    /// <exception cref="ImageFileException">Missing or not an image.</exception>
    public static bool IsColour(string path)
    {
        using IImageDecoder file = Open(path, DefaultMaxPixels);
        return file.IsColour;
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

    private static IImageDecoder Open(string path, long maxPixels)
    {
        maxPixels = Math.Min(maxPixels, Array.MaxLength);
        return ImageHeader.Check(path, maxPixels) == ImageKind.Tiff ? TiffImage.Open(path, maxPixels) : SkiaImage.Open(path, maxPixels);
    }
}

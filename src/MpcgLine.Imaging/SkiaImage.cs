using System.Runtime.InteropServices;
using SkiaSharp;

namespace MpcgLine.Imaging;

/// <summary>A PNG, JPEG or BMP file.</summary>
internal sealed class SkiaImage : IImageDecoder
{
    private readonly string _path;
    private readonly SKCodec _codec;

    private SkiaImage(string path, SKCodec codec)
    {
        _path = path;
        _codec = codec;
        Size = new ImageSize(codec.Info.Width, codec.Info.Height);
    }

    /// <inheritdoc/>
    public ImageSize Size { get; }

    /// <inheritdoc/>
    public bool IsColour => _codec.Info.ColorType != SKColorType.Gray8;

    /// <summary>Reads the header.</summary>
    /// <exception cref="ImageFileException">It is damaged, or states more than <paramref name="maxPixels"/>.</exception>
    public static SkiaImage Open(string path, long maxPixels)
    {
        var codec = SKCodec.Create(path, out SKCodecResult result)
            ?? throw new ImageFileException(path, result == SKCodecResult.IncompleteInput
                ? "truncated within its header"
                : $"not a readable PNG, JPEG or BMP image ({result})");
        try
        {
            ImageHeader.CheckPixels(path, codec.Info.Width, codec.Info.Height, maxPixels);
            return new SkiaImage(path, codec);
        }
        catch (ImageFileException)
        {
            codec.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Decode(byte[] pixels)
    {
        if (IsColour)
        {
            DecodeColour(pixels);
        }
        else
        {
            DecodeGray(pixels);
        }
    }

    /// <inheritdoc/>
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
                gray[x] = (byte)GrayLevels.Luma(rgba[4 * x], rgba[(4 * x) + 1], rgba[(4 * x) + 2]);
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

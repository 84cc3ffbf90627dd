using System.Buffers.Binary;
using MpcgLine.Imaging;
using MpcgLine.Inspection.Primitives;
using SkiaSharp;

namespace MpcgLine.ComponentTests.Imaging;

public sealed class GrayImageFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mpcgline-images-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 3)]
    [InlineData(513, 64)]
    public void WritePng_ThenRead_GivesTheSamePixels(int width, int height)
    {
        GrayImage image = Noise(width, height);
        string path = At("panel.png");

        GrayImageFile.WritePng(path, image);
        GrayImage read = GrayImageFile.Read(path);

        Assert.Equal((width, height), (read.Width, read.Height));
        Assert.Equal(image.Pixels, read.Pixels);
    }

    [Fact]
    public void ReadInto_LargerBuffer_FillsItsBeginning()
    {
        GrayImage image = Noise(40, 30);
        GrayImageFile.WritePng(At("panel.png"), image);
        var buffer = new byte[5000];

        ImageSize size = GrayImageFile.ReadInto(At("panel.png"), buffer);

        Assert.Equal(new ImageSize(40, 30), size);
        Assert.Equal(image.Pixels, buffer[..1200]);
    }

    [Fact]
    public void Read_ColourPng_GivesRec601Luma()
    {
        using var bitmap = new SKBitmap(3, 1, SKColorType.Rgba8888, SKAlphaType.Opaque);
        bitmap.SetPixel(0, 0, new SKColor(255, 0, 0));
        bitmap.SetPixel(1, 0, new SKColor(0, 255, 0));
        bitmap.SetPixel(2, 0, new SKColor(77, 77, 77));
        using (var stream = File.Create(At("colour.png")))
        {
            bitmap.Encode(stream, SKEncodedImageFormat.Png, 100);
        }

        // 0.299 * 255 = 76.2, 0.587 * 255 = 149.7
        Assert.Equal([76, 150, 77], GrayImageFile.Read(At("colour.png")).Pixels);
    }

    [Fact]
    public void Read_GrayJpeg_IsWithinCodingError()
    {
        var image = new GrayImage(64, 64, Enumerable.Repeat((byte)140, 64 * 64).ToArray());
        File.WriteAllBytes(At("flat.jpg"), GrayJpeg(image));

        GrayImage read = GrayImageFile.Read(At("flat.jpg"));

        Assert.Equal((64, 64), (read.Width, read.Height));
        Assert.All(read.Pixels, p => Assert.InRange(p, 139, 141));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Read_PaletteBmp_GivesItsGrayLevels(bool fromTheTop)
    {
        File.WriteAllBytes(At("gray.bmp"), PaletteBmp(4, 2, [1, 2, 3, 4, 250, 251, 252, 253], fromTheTop));

        Assert.Equal([1, 2, 3, 4, 250, 251, 252, 253], GrayImageFile.Read(At("gray.bmp")).Pixels);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.2)]
    [InlineData(0.5)]
    [InlineData(0.9)]
    [InlineData(0.999)]
    public void Read_TruncatedPng_IsAnErrorNamingTheFile(double part)
    {
        GrayImageFile.WritePng(At("whole.png"), Noise(300, 200));
        byte[] whole = File.ReadAllBytes(At("whole.png"));
        File.WriteAllBytes(At("cut.png"), whole[..(int)(part * whole.Length)]);

        var error = Assert.Throws<ImageFileException>(() => GrayImageFile.Read(At("cut.png")));

        Assert.Contains("cut.png", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_PngWithEndChunkButHalfItsRows_IsAnError()
    {
        GrayImageFile.WritePng(At("whole.png"), Noise(300, 200));
        File.WriteAllBytes(At("hollow.png"), WithoutLastPixelChunks(File.ReadAllBytes(At("whole.png"))));

        var error = Assert.Throws<ImageFileException>(() => GrayImageFile.Read(At("hollow.png")));

        Assert.Contains("hollow.png", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.95)]
    public void Read_TruncatedJpeg_IsAnError(double part)
    {
        byte[] whole = GrayJpeg(Noise(300, 200));
        File.WriteAllBytes(At("cut.jpg"), whole[..(int)(part * whole.Length)]);

        Assert.Throws<ImageFileException>(() => GrayImageFile.Read(At("cut.jpg")));
    }

    [Fact]
    public void Read_TruncatedBmp_IsAnError()
    {
        byte[] whole = PaletteBmp(64, 64, Noise(64, 64).Pixels, fromTheTop: false);
        File.WriteAllBytes(At("cut.bmp"), whole[..^100]);

        var error = Assert.Throws<ImageFileException>(() => GrayImageFile.Read(At("cut.bmp")));

        Assert.Contains("truncated", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_TextNamedPng_IsNotAnImage()
    {
        File.WriteAllText(At("text.png"), "this is no picture, however it is called");

        var error = Assert.Throws<ImageFileException>(() => GrayImageFile.Read(At("text.png")));

        Assert.Contains("text.png: not a PNG, JPEG, BMP or TIFF image", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(40000u, 40000u, "40000 x 40000")]
    [InlineData(4_000_000_000u, 4_000_000_000u, "4000000000 x 4000000000")]
    [InlineData(0u, 12u, "0 x 12")]
    public void Read_PngHeaderOutOfBounds_IsRefusedWithoutTakingMemory(uint width, uint height, string stated)
    {
        GrayImageFile.WritePng(At("small.png"), Noise(8, 8));
        byte[] forged = File.ReadAllBytes(At("small.png"));
        BinaryPrimitives.WriteUInt32BigEndian(forged.AsSpan(16), width);
        BinaryPrimitives.WriteUInt32BigEndian(forged.AsSpan(20), height);
        File.WriteAllBytes(At("forged.png"), forged);
        long before = GC.GetAllocatedBytesForCurrentThread();

        var error = Assert.Throws<ImageFileException>(() => GrayImageFile.Read(At("forged.png")));

        Assert.Contains(stated, error.Message, StringComparison.Ordinal);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1_000_000);
    }

    [Fact]
    public void Read_MissingFile_NamesIt() =>
        Assert.Contains(
            "absent.png",
            Assert.Throws<ImageFileException>(() => GrayImageFile.Read(At("absent.png"))).Message,
            StringComparison.Ordinal);

    [Fact]
    public void ReadInto_BufferTooSmall_IsAnError()
    {
        GrayImageFile.WritePng(At("panel.png"), Noise(40, 30));

        Assert.Throws<ImageFileException>(() => GrayImageFile.ReadInto(At("panel.png"), new byte[1199]));
    }

    private static GrayImage Noise(int width, int height)
    {
        var pixels = new byte[width * height];
        new Random(7).NextBytes(pixels);
        return new GrayImage(width, height, pixels);
    }

    private static byte[] GrayJpeg(GrayImage image)
    {
        using var bitmap = new SKBitmap(image.Width, image.Height, SKColorType.Gray8, SKAlphaType.Opaque);
        for (int y = 0; y < image.Height; y++)
        {
            image.Row(y).CopyTo(bitmap.GetPixelSpan()[(y * bitmap.RowBytes)..]);
        }

        using SKData encoded = bitmap.Encode(SKEncodedImageFormat.Jpeg, 95);
        return encoded.ToArray();
    }

    private static byte[] PaletteBmp(int width, int height, byte[] pixels, bool fromTheTop)
    {
        int stride = (width + 3) / 4 * 4;
        const int pixelsAt = 14 + 40 + 1024;
        var bmp = new byte[pixelsAt + (stride * height)];
        "BM"u8.CopyTo(bmp);
        BinaryPrimitives.WriteInt32LittleEndian(bmp.AsSpan(2), bmp.Length);
        BinaryPrimitives.WriteInt32LittleEndian(bmp.AsSpan(10), pixelsAt);
        BinaryPrimitives.WriteInt32LittleEndian(bmp.AsSpan(14), 40);
        BinaryPrimitives.WriteInt32LittleEndian(bmp.AsSpan(18), width);
        BinaryPrimitives.WriteInt32LittleEndian(bmp.AsSpan(22), fromTheTop ? -height : height);
        BinaryPrimitives.WriteInt16LittleEndian(bmp.AsSpan(26), 1);
        BinaryPrimitives.WriteInt16LittleEndian(bmp.AsSpan(28), 8);
        for (int level = 0; level < 256; level++)
        {
            bmp.AsSpan(54 + (4 * level), 3).Fill((byte)level);
        }

        for (int y = 0; y < height; y++)
        {
            int row = fromTheTop ? y : height - 1 - y;
            pixels.AsSpan(y * width, width).CopyTo(bmp.AsSpan(pixelsAt + (row * stride)));
        }

        return bmp;
    }

    // Keeps everything but the second half of the pixel chunks: a chunk chain that is whole around rows that are not.
    private static byte[] WithoutLastPixelChunks(byte[] png)
    {
        var chunks = new List<(int At, int Length, bool Pixels)>();
        for (int at = 8; at < png.Length;)
        {
            int length = 12 + BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at));
            chunks.Add((at, length, png.AsSpan(at + 4, 4).SequenceEqual("IDAT"u8)));
            at += length;
        }

        int pixelChunks = chunks.Count(c => c.Pixels);
        int kept = 0;
        Assert.True(pixelChunks > 1, "the encoder wrote a single pixel chunk");
        return [.. png[..8], .. chunks.Where(c => !c.Pixels || ++kept <= pixelChunks / 2).SelectMany(c => png[c.At..(c.At + c.Length)])];
    }

    private string At(string name) => Path.Combine(_folder, name);
}

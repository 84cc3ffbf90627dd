using System.Buffers.Binary;
using System.Text.Json;
using MpcgLine.Imaging;
using MpcgLine.Inspection.Primitives;

namespace MpcgLine.ComponentTests.Imaging;

/// <summary>TIFF, and 16 bits of any format, against files of Pillow and of our own making.</summary>
public sealed class TiffImageTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mpcgline-tiff-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Read_FilesOfAnotherWriter_GivesTheirGrayLevels()
    {
        JsonElement peer = JsonDocument.Parse(await Python.RunAsync("Imaging/tiff_peer.py", [_folder], "", TestContext.Current.CancellationToken)).RootElement;

        foreach (JsonProperty file in peer.GetProperty("files").EnumerateObject())
        {
            byte[] expected = file.Value.GetBytesFromBase64();
            GrayImage image = GrayImageFile.Read(At(file.Name));

            Assert.Equal((peer.GetProperty("width").GetInt32(), peer.GetProperty("height").GetInt32()), (image.Width, image.Height));
            // A JPEG inside is within its coding error, and PNG's decoder rounds 16-bit colours; everything else is exact.
            int tolerance = file.Name.Contains("jpeg", StringComparison.Ordinal) ? 3 : file.Name == "rgb16.png" ? 1 : 0;
            int worst = expected.Zip(image.Pixels, (e, p) => Math.Abs(e - p)).Max();
            Assert.True(worst <= tolerance, $"{file.Name} differs by up to {worst} gray levels");
            Assert.Equal(file.Name.StartsWith("rgb", StringComparison.Ordinal), GrayImageFile.IsColour(At(file.Name)));
        }
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Read_SixteenBitsInEitherByteOrderAndForm_AreScaledToEight(bool bigEndian, bool big)
    {
        byte[] levels = new byte[12];
        ushort[] deep = [0, 257, 128, 129, 4095, 65535];
        for (int i = 0; i < deep.Length; i++)
        {
            if (bigEndian)
            {
                BinaryPrimitives.WriteUInt16BigEndian(levels.AsSpan(2 * i), deep[i]);
            }
            else
            {
                BinaryPrimitives.WriteUInt16LittleEndian(levels.AsSpan(2 * i), deep[i]);
            }
        }

        GrayImage image = Read(new TiffBytes(3, 2, 16, 1, levels) { BigEndian = bigEndian, Big = big });

        // The high byte; 12 bits stored in the low end of 16 come out nearly black.
        Assert.Equal([0, 1, 0, 0, 15, 255], image.Pixels);
    }

    [Fact]
    public void Read_BigEndianOfTheLongForm_IsRefusedAsSuch() => Assert.Contains(
        "a big-endian TIFF with 64-bit offsets, which is not read",
        Assert.Throws<ImageFileException>(() => Read(new TiffBytes(3, 2, 8, 1, new byte[6]) { BigEndian = true, Big = true })).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Read_SixteenBitRgb_IsLuma() => Assert.Equal(
        [76, 150, 29],
        Read(new TiffBytes(3, 1, 16, 3, [255, 255, 0, 0, 0, 0, 0, 0, 255, 255, 0, 0, 0, 0, 0, 0, 255, 255]) { Photometric = 2 }).Pixels);

    [Fact]
    public void Read_WhiteIsZero_IsInverted() => Assert.Equal(
        [255, 254, 0], Read(new TiffBytes(3, 1, 8, 1, [0, 1, 255]) { Photometric = 0 }).Pixels);

    [Fact]
    public void Read_TilesThatReachOverTheBorder_GivesWhatLiesWithin()
    {
        const int edge = 16, width = 20, height = 18;
        byte[] tiles = new byte[4 * edge * edge];
        for (int i = 0; i < tiles.Length; i++)
        {
            int tile = i / (edge * edge), x = (tile % 2 * edge) + (i % edge), y = (tile / 2 * edge) + (i / edge % edge);
            tiles[i] = (byte)(x < width && y < height ? (7 * x) + y : 255);
        }

        GrayImage image = Read(new TiffBytes(width, height, 8, 1, tiles) { Tile = edge });

        for (int i = 0; i < image.Pixels.Length; i++)
        {
            Assert.Equal((7 * (i % width)) + (i / width), image.Pixels[i]);
        }
    }

    [Theory]
    [InlineData(8, 1, 3, 1, 1, "1 x 8 bits (PALETTE, UINT)")]
    [InlineData(32, 1, 1, 1, 3, "1 x 32 bits (MINISBLACK, IEEEFP)")]
    [InlineData(16, 1, 1, 1, 2, "1 x 16 bits (MINISBLACK, INT)")]
    [InlineData(8, 3, 2, 2, 1, "colours stored apart")]
    public void Read_KindThatIsNotRead_SaysWhatItIsAndWhatIsRead(int bits, int samples, int photometric, int planar, int format, string expected)
    {
        TiffBytes tiff = new(4, 4, bits, samples, new byte[16 * samples * bits / 8]) { Photometric = photometric, Planar = planar, SampleFormat = format };

        var error = Assert.Throws<ImageFileException>(() => Read(tiff));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Contains("read are gray of 1, 8 or 16 bits and RGB of 8 or 16", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(40_000, 40_000, "40000 x 40000")]
    [InlineData(2_000_000_000, 2_000_000_000, "forged.tif: ")]
    public void Read_HeaderOutOfBounds_IsRefusedWithoutTakingMemory(int width, int height, string expected)
    {
        Write("forged.tif", new TiffBytes(width, height, 8, 1, new byte[16]).ToArray());
        Assert.Throws<ImageFileException>(() => GrayImageFile.Read(At("forged.tif")));
        long before = GC.GetAllocatedBytesForCurrentThread();

        var error = Assert.Throws<ImageFileException>(() => GrayImageFile.Read(At("forged.tif")));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1_000_000);
    }

    [Fact]
    public void Read_HalfTheFileOrItsHead_IsOneLineNamingTheFile()
    {
        TiffBytes tiff = new(64, 64, 8, 1, new byte[64 * 64]);
        byte[] whole = tiff.ToArray();
        // The directory lies behind the pixels here, so it has to be moved before them to cut the pixels alone.
        byte[] early = [.. whole[..4], .. BitConverter.GetBytes(8), .. whole[(8 + (64 * 64))..], .. whole[8..(8 + (64 * 64))]];

        foreach (byte[] cut in (byte[][])[whole[..3000], whole[..6], early[..^2000], whole[..^20]])
        {
            Write("cut.tif", cut);

            var error = Assert.Throws<ImageFileException>(() => GrayImageFile.Read(At("cut.tif")));

            Assert.StartsWith(At("cut.tif") + ": ", error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("\n", error.Message, StringComparison.Ordinal);
        }
    }

    /// <summary>Whatever lies in a file: an image, or this exception; nothing on the console.</summary>
    [Fact]
    public async Task Read_DamagedAnywhere_GivesAnImageOrItsExceptionAndWritesNothing()
    {
        await Python.RunAsync("Imaging/tiff_peer.py", [_folder], "", TestContext.Current.CancellationToken);
        TextWriter console = Console.Error;
        using StringWriter written = new();
        Console.SetError(written);
        int refused = 0;
        try
        {
            foreach (string kind in (string[])["gray8-raw", "gray8-tiff_lzw", "gray16-tiff_adobe_deflate", "rgb8-packbits", "gray8-jpeg", "bit-group4"])
            {
                byte[] whole = File.ReadAllBytes(At($"{kind}.tif"));
                for (int seed = 0; seed < 60; seed++)
                {
                    Random random = new(seed);
                    byte[] damaged = [.. whole];
                    // Half of the damage where the header and the directory are: at either end.
                    for (int i = 0; i < 3; i++)
                    {
                        int at = random.Next(2) == 0 ? random.Next(whole.Length) : seed % 2 == 0 ? random.Next(200) : whole.Length - 1 - random.Next(200);
                        damaged[at] = (byte)random.Next(256);
                    }

                    Write("damaged.tif", damaged);
                    try
                    {
                        GrayImageFile.Read(At("damaged.tif"), 1_000_000);
                    }
                    catch (ImageFileException e)
                    {
                        Assert.StartsWith(At("damaged.tif") + ": ", e.Message, StringComparison.Ordinal);
                        Assert.DoesNotContain("\n", e.Message, StringComparison.Ordinal);
                        refused++;
                    }
                }
            }
        }
        finally
        {
            Console.SetError(console);
        }

        Assert.Equal("", written.ToString());
        Assert.True(refused > 50, $"only {refused} of 360 were damaged enough to be noticed");
    }

    private GrayImage Read(TiffBytes tiff)
    {
        Write("made.tif", tiff.ToArray());
        return GrayImageFile.Read(At("made.tif"));
    }

    private void Write(string name, byte[] content) => File.WriteAllBytes(At(name), content);

    private string At(string name) => Path.Combine(_folder, name);
}

using MpcgLine.Imaging;
using MpcgLine.Inspection.Primitives;
using MpcgLine.Learning.Datasets;

namespace MpcgLine.ComponentTests.Datasets;

public sealed class GoodImagesTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mpcgline-good-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void FromFolder_NineImages_HoldsOutEveryFourthInNameOrder()
    {
        for (int i = 9; i >= 1; i--)
        {
            Write($"{i}.png");
        }

        GoodImages images = GoodImages.FromFolder(_folder.FullName);

        Assert.Equal(["4.png", "8.png"], images.HeldOut.Select(i => i.Name));
        Assert.Equal(["1.png", "2.png", "3.png", "5.png", "6.png", "7.png", "9.png"], images.Training.Select(i => i.Name));
        Assert.Equal(9, images.All.Count);
    }

    [Fact]
    public void FromFolder_MasksAndOtherFiles_LeavesThemOutAndCountsTheMasks()
    {
        foreach (string name in (string[])["a.png", "b.png", "c.png", "d.png", "a-mask.png", "b-mask.png"])
        {
            Write(name);
        }

        File.WriteAllText(Path.Combine(_folder.FullName, "truth.json"), "{}");

        GoodImages images = GoodImages.FromFolder(_folder.FullName);

        Assert.Equal(["a.png", "b.png", "c.png", "d.png"], images.All.Select(i => i.Name));
        Assert.Equal(2, images.MasksLeftOut);
    }

    [Fact]
    public void FromFolder_UnusableImages_NamesEveryOne()
    {
        for (int i = 0; i < 4; i++)
        {
            Write($"{i}.png");
        }

        Write("tiny.png", 31, 64);
        File.WriteAllText(Path.Combine(_folder.FullName, "torn.png"), "no image");

        var error = Assert.Throws<DatasetException>(() => GoodImages.FromFolder(_folder.FullName));

        Assert.Contains("2 of 6 images", error.Message, StringComparison.Ordinal);
        Assert.Contains("tiny.png: 31 x 64 px (at least 32 x 32)", error.Message, StringComparison.Ordinal);
        Assert.Contains("torn.png", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FromFolder_TooFewImages_SaysHowManyAndThatMasksDoNotCount()
    {
        foreach (string name in (string[])["a.png", "b.png", "c.png", "c-mask.png"])
        {
            Write(name);
        }

        var error = Assert.Throws<DatasetException>(() => GoodImages.FromFolder(_folder.FullName));

        Assert.Contains("holds 3 images", error.Message, StringComparison.Ordinal);
        Assert.Contains("1 *-mask.png left out", error.Message, StringComparison.Ordinal);
        Assert.Contains("at least 4 are needed", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FromFolder_NoSuchFolder_NamesIt()
    {
        string absent = Path.Combine(_folder.FullName, "absent");

        Assert.Contains(absent, Assert.Throws<DatasetException>(() => GoodImages.FromFolder(absent)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FromFolder_ImagesOfParts_AreNeverSplit()
    {
        // Tile 7 comes first by name, and its exposures lie apart.
        foreach (string name in (string[])["a_tile7.png", "b_tile1.png", "c_tile2.png", "d_tile3.png", "e_tile7.png", "f_tile3.png", "g_tile4.png"])
        {
            Write(name);
        }

        GoodImages images = GoodImages.FromFolder(_folder.FullName, PartNames.Of(@"tile(\d+)"));

        Assert.Equal(["d_tile3.png", "f_tile3.png"], images.HeldOut.Select(i => i.Name));
        Assert.Equal(["3"], images.HeldOut.Select(i => i.Part).Distinct());
        Assert.Equal(["7", "1", "2", "4"], images.Training.Select(i => i.Part).Distinct());
        Assert.Equal(5, GoodImages.PartsOf(images.All));
        Assert.False(images.ImagesAreExposures);
        Assert.True(GoodImages.FromFolder(_folder.FullName, PartNames.Of(@"tile(\d+)", imagesAreExposures: true)).ImagesAreExposures);
    }

    [Fact]
    public void FromFolder_ManyImagesOfTooFewParts_IsRefusedWithBothNumbers()
    {
        for (int i = 0; i < 9; i++)
        {
            Write($"part{i / 3}-{i}.png");
        }

        var error = Assert.Throws<DatasetException>(() => GoodImages.FromFolder(_folder.FullName, PartNames.Of("part[0-9]")));

        Assert.Contains("holds 9 images of 3 parts", error.Message, StringComparison.Ordinal);
        Assert.Contains("at least 4 parts are needed, 1 more", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FromFolder_RootOfALayout_TakesItsTrainGood()
    {
        Directory.CreateDirectory(Path.Combine(_folder.FullName, "train", "good"));
        for (int i = 0; i < 4; i++)
        {
            Write(Path.Combine("train", "good", $"{i}.png"));
        }

        GoodImages images = GoodImages.FromFolder(_folder.FullName);

        Assert.Equal(Path.Combine(_folder.FullName, "train", "good"), images.Source);
        Assert.Equal(4, images.All.Count);
    }

    [Fact]
    public void FromFolder_BlackAndFlatImages_AreNamedWithTheirGrayLevel()
    {
        for (int i = 0; i < 4; i++)
        {
            Write($"{i}.png");
        }

        Write("black.png", level: 15);
        Write("flat.png", level: 100);

        var error = Assert.Throws<DatasetException>(() => GoodImages.FromFolder(_folder.FullName));

        Assert.Contains("2 of 6 images", error.Message, StringComparison.Ordinal);
        Assert.Contains("black.png: it is black: its brightest pixel has gray level 15 of 255", error.Message, StringComparison.Ordinal);
        Assert.Contains("flat.png: every pixel has gray level 100", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FromFolder_EmptyFolder_SaysWhatIsNeeded() => Assert.Contains(
        "holds 0 images (PNG, JPEG, BMP or TIFF); at least 4 are needed, 4 more",
        Assert.Throws<DatasetException>(() => GoodImages.FromFolder(_folder.FullName)).Message,
        StringComparison.Ordinal);

    [Fact]
    public void FromFolder_ColourImages_AreCounted()
    {
        for (int i = 0; i < 4; i++)
        {
            Write($"{i}.png");
        }

        using SkiaSharp.SKBitmap colour = new(40, 40, SkiaSharp.SKColorType.Rgba8888, SkiaSharp.SKAlphaType.Opaque);
        colour.Erase(new SkiaSharp.SKColor(200, 10, 10));
        colour.SetPixel(3, 3, new SkiaSharp.SKColor(0, 250, 0));
        using (FileStream stream = File.Create(Path.Combine(_folder.FullName, "red.png")))
        {
            colour.Encode(stream, SkiaSharp.SKEncodedImageFormat.Png, 100);
        }

        Assert.Equal(1, GoodImages.FromFolder(_folder.FullName).Coloured);
    }

    /// <summary>Textured, or flat at a level.</summary>
    private void Write(string name, int width = 64, int height = 48, int? level = null)
    {
        GrayImage image = new(width, height);
        for (int i = 0; i < image.Pixels.Length; i++)
        {
            image.Pixels[i] = (byte)(level ?? (50 + (i % 100)));
        }

        GrayImageFile.WritePng(Path.Combine(_folder.FullName, name), image);
    }
}

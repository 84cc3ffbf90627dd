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

    private void Write(string name, int width = 64, int height = 48) =>
        GrayImageFile.WritePng(Path.Combine(_folder.FullName, name), new GrayImage(width, height, new byte[width * height]));
}

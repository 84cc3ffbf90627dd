using MpcgLine.Imaging;
using MpcgLine.Inspection.Primitives;
using MpcgLine.Learning.Datasets;

namespace MpcgLine.ComponentTests.Datasets;

public sealed class TestImagesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mpcgline-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void FromFolder_OwnLayoutWithAMaskOfAnotherType_PairsImagesWithMasks()
    {
        Touch("test/good/b.png", "test/good/a.jpg", "test/defect/c.jpg", "test/masks/c.png", "test/good/notes.txt");

        TestImages images = TestImages.FromFolder(_folder);

        Assert.Empty(images.Problems);
        Assert.Equal(["good/a.jpg", "good/b.png", "defect/c.jpg"], images.Images.Select(image => image.Name));
        Assert.Equal([null, null, Full("test/masks/c.png")], images.Images.Select(image => image.MaskPath));
    }

    [Fact]
    public void FromFolder_MvtecLayout_PairsEveryKind()
    {
        Touch("test/good/0.png", "test/scratch/0.png", "test/dent/0.png", "ground_truth/scratch/0_mask.png", "ground_truth/dent/0_mask.png");

        TestImages images = TestImages.FromFolder(_folder);

        Assert.Empty(images.Problems);
        Assert.Equal(
            [("good/0.png", null), ("dent/0.png", Full("ground_truth/dent/0_mask.png")), ("scratch/0.png", Full("ground_truth/scratch/0_mask.png"))],
            images.Images.Select(image => (image.Name, image.MaskPath)));
    }

    [Fact]
    public void FromFolder_MasksAndImagesThatDoNotPair_AreEachNamedOnce()
    {
        Touch("test/good/a.png", "test/defect/b.png", "test/masks/c.png", "ground_truth/dent/9_mask.png");

        TestImages images = TestImages.FromFolder(_folder);

        Assert.Equal(["good/a.png"], images.Images.Select(image => image.Name));
        Assert.Collection(
            images.Problems,
            p => Assert.StartsWith(Full("test/defect/b.png") + ": the defective image has no mask", p, StringComparison.Ordinal),
            p => Assert.StartsWith(Full("ground_truth/dent/9_mask.png") + ": the mask has no image", p, StringComparison.Ordinal),
            p => Assert.StartsWith(Full("test/masks/c.png") + ": the mask has no image", p, StringComparison.Ordinal));
    }

    [Fact]
    public void FromFolder_NoTestFolderOrNoImage_SaysWhatIsNeeded()
    {
        Assert.Contains("there is no such folder", Assert.Throws<DatasetException>(() => TestImages.FromFolder(_folder)).Message, StringComparison.Ordinal);
        Directory.CreateDirectory(Full("test/good"));
        Assert.Contains("0 images", Assert.Throws<DatasetException>(() => TestImages.FromFolder(_folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_MaskOfAnotherSizeOrWithoutAMark_NamesFileValueAndAllowed()
    {
        Write("test/defect/a.png", 40, 50, 7);
        Write("test/masks/a.png", 50, 40, 255);
        Write("test/defect/b.png", 40, 50, 7);
        Write("test/masks/b.png", 40, 50, 1);
        Write("test/good/c.png", 31, 50, 7);
        TestImage[] images = [.. TestImages.FromFolder(_folder).Images.OrderBy(image => Path.GetFileName(image.Path), StringComparer.Ordinal)];

        string[] messages = [.. images.Select(image => Assert.Throws<DatasetException>(() => image.Read()).Message)];

        Assert.Collection(
            messages,
            m => Assert.Equal($"{Full("test/masks/a.png")}: the mask is 50 x 40 px; allowed is its image's size, 40 x 50 px.", m),
            m => Assert.Equal($"{Full("test/masks/b.png")}: the mask's highest level is 1, so it marks nothing; a defect's pixels are 128 to 255.", m),
            m => Assert.Equal($"{Full("test/good/c.png")}: 31 x 50 px; at least 32 x 32 are needed.", m));
    }

    private string Full(string name) => Path.Combine(_folder, name);

    private void Touch(params string[] names)
    {
        foreach (string name in names)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Full(name))!);
            File.WriteAllBytes(Full(name), []);
        }
    }

    private void Write(string name, int width, int height, byte level)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Full(name))!);
        GrayImage image = new(width, height);
        Array.Fill(image.Pixels, level);
        GrayImageFile.WritePng(Full(name), image);
    }
}

using MpcgLine.Imaging;
using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Stitching;
using MpcgLine.Learning.Datasets;
using MpcgLine.Learning.Datasets.Reports;

namespace MpcgLine.ComponentTests.Datasets.Reports;

[Collection(TensorTests.Name)]
public sealed class DatasetReportTests : IDisposable
{
    private const int Edge = 128;

    private readonly string _folder = Directory.CreateTempSubdirectory("mpcgline-report-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Of_CopiesAndUnusableFiles_NamesPairsAndProblemsAndCountsThePixels()
    {
        Write("lot1-a.png", Surface(1));
        Write("lot1-b.png", Surface(1));
        Write("lot2-a.png", Surface(2));
        Write("lot3-a.png", Surface(1));
        Write("lot4-black.png", new GrayImage(Edge, Edge));
        File.WriteAllText(Path.Combine(_folder, "lot5-torn.png"), "no image");

        DatasetReport perImage = DatasetReport.Of(_folder, PartNames.PerImage, progress: null);
        DatasetReport byLot = DatasetReport.Of(_folder, PartNames.Of("lot[0-9]"), progress: null);

        Assert.Equal(
            [("lot1-a.png", "lot1-b.png"), ("lot1-a.png", "lot3-a.png"), ("lot1-b.png", "lot3-a.png")],
            perImage.Pairs.Select(p => (p.First, p.Second)));
        // Two images of one part may well look alike.
        Assert.Equal([("lot1-a.png", "lot3-a.png"), ("lot1-b.png", "lot3-a.png")], byLot.Pairs.Select(p => (p.First, p.Second)));
        Assert.Equal(4L * Edge * Edge, perImage.Histogram.Sum());
        Assert.Equal(4, perImage.Images.Count);
        Assert.Collection(
            perImage.Problems,
            p => Assert.Contains("lot4-black.png: it is black", p, StringComparison.Ordinal),
            p => Assert.Contains("lot5-torn.png: not a", p, StringComparison.Ordinal));
    }

    [Fact]
    public void Inspect_Model_RanksEveryInspectedImageAndLooksWhereItsScoreIsHighest()
    {
        for (int i = 0; i < 9; i++)
        {
            Write($"{i}.png", Surface(i));
        }

        DatasetReport report = DatasetReport.Of(_folder, PartNames.PerImage, progress: null);
        report.Inspect(TestModel.Create(), new EdgeOptions(), progress: null);

        Assert.Equal(report.Images.Select(i => i.Name), report.Suspects.Select(s => s.Name).Order(StringComparer.Ordinal));
        Assert.Equal(report.Suspects.Select(s => s.Deviations).OrderDescending(), report.Suspects.Select(s => s.Deviations));
        Assert.True(report.Suspects[0].Deviations > 0);
        Assert.All(report.Suspects, s => Assert.True(s.X is >= 0 and < Edge && s.Y is >= 0 and < Edge && s.Residual > 0, $"{s}"));
        Assert.Empty(report.Problems);
    }

    [Fact]
    public void Of_NothingUsable_SaysWhatIsNeededAndWhy()
    {
        File.WriteAllText(Path.Combine(_folder, "torn.png"), "no image");

        string message = Assert.Throws<DatasetException>(() => DatasetReport.Of(_folder, PartNames.PerImage, progress: null)).Message;

        Assert.Contains("holds 0 usable images", message, StringComparison.Ordinal);
        Assert.Contains("torn.png", message, StringComparison.Ordinal);
    }

    private static GrayImage Surface(int seed)
    {
        GrayImage image = new(Edge, Edge);
        Random random = new(seed);
        for (int y = 0; y < Edge; y += 4)
        {
            for (int x = 0; x < Edge; x += 4)
            {
                byte level = (byte)random.Next(90, 160);
                for (int line = 0; line < 4; line++)
                {
                    image.Row(y + line).Slice(x, 4).Fill(level);
                }
            }
        }

        return image;
    }

    private void Write(string name, GrayImage image) => GrayImageFile.WritePng(Path.Combine(_folder, name), image);
}

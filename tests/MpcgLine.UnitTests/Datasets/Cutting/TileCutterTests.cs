using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Stitching;
using MpcgLine.Learning.Datasets;
using MpcgLine.Learning.Datasets.Cutting;

namespace MpcgLine.UnitTests.Datasets.Cutting;

public sealed class TileCutterTests
{
    [Fact]
    public void Find_WholeImage_LaysTilesSideBySideAndMovesTheLastInward()
    {
        IReadOnlyList<PixelBox> boxes = new TileCutter(512, new EdgeOptions()).Find("a", new GrayImage(1100, 600));

        Assert.Equal([(0, 0), (512, 0), (588, 0), (0, 88), (512, 88), (588, 88)], boxes.Select(b => (b.X, b.Y)));
        Assert.All(boxes, b => Assert.Equal((512, 512), (b.Width, b.Height)));
    }

    [Theory]
    [InlineData(512, 512, 1)]
    [InlineData(1024, 512, 2)]
    [InlineData(1025, 512, 3)]
    public void Find_SidesThatFitOrJustDoNot_CoverEveryPixelOnceMoreAtMost(int width, int height, int tiles)
    {
        IReadOnlyList<PixelBox> boxes = new TileCutter(512, new EdgeOptions()).Find("a", new GrayImage(width, height));

        Assert.Equal(tiles, boxes.Count);
        Assert.Equal((0, width), (boxes.Min(b => b.X), boxes.Max(b => b.Right)));
    }

    [Fact]
    public void Find_SlantedPartOnBlack_CutsNothingOutsideIt()
    {
        // Left and right edges run to the right by 2 % of the line index.
        GrayImage image = new(700, 900);
        for (int y = 60; y < 840; y++)
        {
            image.Row(y).Slice(50 + (y / 50), 560).Fill(140);
        }

        IReadOnlyList<PixelBox> boxes = new TileCutter(128, new EdgeOptions { Mode = EdgeMode.Contrast, InsidePixels = 4 }).Find("a", image);

        Assert.All(boxes, b => Assert.All(TileCutter.Cut(image, b).Pixels, p => Assert.Equal(140, p)));
        // 780 lines are 7 rows of 128, and 552 px inside the edges 5 tiles.
        Assert.Equal(35, boxes.Count);
        Assert.InRange(boxes[0].Y, 60 + 4, 60 + 6);
        Assert.InRange(boxes.Max(b => b.Bottom), 840 - 6, 840 - 4);
    }

    [Fact]
    public void Find_NothingFits_NamesTheImageAndItsSize()
    {
        TileCutter cutter = new(512, new EdgeOptions()), onBlack = new(64, new EdgeOptions { Mode = EdgeMode.Contrast });

        Assert.Contains(
            "small.png: no tile of 512 x 512 px fits into what is inspected of its 500 x 900 px",
            Assert.Throws<DatasetException>(() => cutter.Find("small.png", new GrayImage(500, 900))).Message,
            StringComparison.Ordinal);
        Assert.StartsWith(
            "black.png: the part's edges were not found",
            Assert.Throws<DatasetException>(() => onBlack.Find("black.png", new GrayImage(500, 900))).Message,
            StringComparison.Ordinal);
    }
}

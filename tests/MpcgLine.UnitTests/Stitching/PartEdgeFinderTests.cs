using MpcgLine.Inspection;
using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Regions;
using MpcgLine.Inspection.Stitching;
using MpcgLine.Inspection.Tiling;
using MpcgLine.Inspection.Verdicts;

namespace MpcgLine.UnitTests.Stitching;

public sealed class PartEdgeFinderTests
{
    private const double PitchX = 10;
    private const double PitchY = 14;

    [Theory]
    [InlineData(0.0, Surroundings.Dark)]
    [InlineData(0.6, Surroundings.Dark)]
    [InlineData(-0.6, Surroundings.Dark)]
    [InlineData(0.4, Surroundings.Bright)]
    public void Contrast_TiltedPart_GivesMillimetresWithinOnePixel(double degrees, Surroundings surroundings)
    {
        TiltedPart part = new(1100, 1500, 70.3, 55.6, degrees * Math.PI / 180, 950 * PitchX, 1380 * PitchY);
        GrayImage image = part.Render(surroundings == Surroundings.Dark ? (byte)12 : (byte)240);
        (double X, double Y)[] places = [(1.5, 1.5), (8.2, 2.0), (4.4, 10.1), (1.2, 18.0), (8.4, 18.2)];
        foreach ((double x, double y) in places)
        {
            part.PaintDot(image, x, y);
        }

        PanelVerdict verdict = Inspect(image, surroundings);

        Assert.Equal((Verdict.Reject, NotInspectedReason.None), (verdict.Verdict, verdict.Reason));
        Assert.Equal(places.Length, verdict.Defects.Count);
        foreach ((double x, double y) in places)
        {
            Assert.Single(verdict.Defects, d =>
                Math.Abs(d.CentroidXMillimetres - x) < PitchX / 1000 && Math.Abs(d.CentroidYMillimetres - y) < PitchY / 1000);
        }
    }

    [Theory]
    [InlineData(0.7)]
    [InlineData(-0.7)]
    public void Contrast_CleanTiltedPart_IsAcceptedWithoutItsEdgesTakenForDefects(double degrees)
    {
        TiltedPart part = new(1100, 1500, 70, 55, degrees * Math.PI / 180, 950 * PitchX, 1380 * PitchY);

        PanelVerdict verdict = Inspect(part.Render(12), Surroundings.Dark);

        Assert.Equal((Verdict.Accept, 0), (verdict.Verdict, verdict.Defects.Count));
    }

    [Fact]
    public void Contrast_RoundCorners_AreNotInspected()
    {
        TiltedPart part = new(1100, 1500, 70, 55, 0.005, 950 * PitchX, 1380 * PitchY) { Radius = 90 };
        GrayImage image = part.Render(12);

        Assert.Equal(Verdict.Reject, Inspect(image, Surroundings.Dark).Verdict);
        Assert.Equal(Verdict.Accept, Inspect(image, Surroundings.Dark, 90).Verdict);
    }

    [Theory]
    [InlineData(1330)]
    [InlineData(1356)]
    [InlineData(1380)]
    public void Contrast_PartEndsJustBelowARowThatShowsItsCorners_IsAccepted(double length)
    {
        // The third of four rows ends at line 1376, before the trailing edge is seen, and a third of it is round corner.
        TiltedPart part = new(1100, 1500, 70, 55, 0.003, 950 * PitchX, length * PitchY) { Radius = 200 };

        GrayImage image = part.Render(12);
        PanelVerdict verdict = Inspect(image, Surroundings.Dark, 200, edges => edges.PartLengthPixels = length);

        Assert.Equal(Verdict.Accept, verdict.Verdict);
        Assert.NotEqual(Verdict.Accept, Inspect(image, Surroundings.Dark, 200).Verdict);
    }

    [Fact]
    public void Contrast_DefectsJustInsideTheInspectedArea_AreFound()
    {
        TiltedPart part = new(1100, 1500, 70, 55, 0.005, 950 * PitchX, 1380 * PitchY);
        GrayImage image = part.Render(12);
        part.PaintDot(image, 0.14, 9);
        part.PaintDot(image, 9.36, 9);
        part.PaintDot(image, 5, 0.2);
        part.PaintDot(image, 5, 19.12);

        Assert.Equal(4, Inspect(image, Surroundings.Dark).Defects.Count);
    }

    [Fact]
    public void Contrast_NoPart_IsNotInspected()
    {
        GrayImage image = new(1100, 1500);

        Assert.Equal(Verdict.NotInspected, Inspect(image, Surroundings.Dark).Verdict);
    }

    [Fact]
    public void Contrast_LightFailsWithinThePart_IsNotInspected()
    {
        GrayImage image = new TiltedPart(1100, 1500, 70, 55, 0, 950 * PitchX, 1380 * PitchY).Render(12);
        image.Pixels.AsSpan(600 * 1100, 360 * 1100).Fill(12);

        Assert.Equal(Verdict.NotInspected, Inspect(image, Surroundings.Dark).Verdict);
    }

    [Fact]
    public void Contrast_PartReachesOverTheImagesEnd_IsNotInspected()
    {
        GrayImage image = new TiltedPart(1100, 1500, 70, 55, 0, 950 * PitchX, 1600 * PitchY).Render(12);

        Assert.Equal(Verdict.NotInspected, Inspect(image, Surroundings.Dark).Verdict);
    }

    [Theory]
    [InlineData(950, 1380, 0.7, NotInspectedReason.None)]
    [InlineData(950, 1380, -0.7, NotInspectedReason.None)]
    [InlineData(930, 1380, 0, NotInspectedReason.Configuration)]
    [InlineData(970, 1380, 0, NotInspectedReason.Configuration)]
    [InlineData(950, 1100, 0, NotInspectedReason.Configuration)]
    [InlineData(950, 1395, 0, NotInspectedReason.Configuration)]
    public void Contrast_PartOfAnotherSize_IsNotInspected(double across, double along, double degrees, NotInspectedReason expected)
    {
        GrayImage image = new TiltedPart(
            1100, 1500, 70, 55, degrees * Math.PI / 180, across * PitchX, along * PitchY).Render(12);

        (Verdict verdict, NotInspectedReason reason) = Judge(image, edges =>
        {
            edges.PartWidthPixels = 950;
            edges.PartLengthPixels = 1380;
        });

        Assert.Equal(expected, reason);
        Assert.Equal(expected == NotInspectedReason.None ? Verdict.Accept : Verdict.NotInspected, verdict);
        Assert.Equal(Verdict.Accept, Judge(image).Item1);
    }

    [Fact]
    public void Contrast_SideHiddenOnMostLinesOfARow_IsNotInspected()
    {
        GrayImage image = Straight();
        Fill(image, new PixelBox(0, 560, 70, 440), 128);

        Assert.Equal((Verdict.NotInspected, NotInspectedReason.Camera), Judge(image));
    }

    [Fact]
    public void Contrast_SideStepsFromRowToRow_IsNotInspected()
    {
        GrayImage image = Straight();
        Fill(image, new PixelBox(0, 448, 90, 1052), 12);

        Assert.Equal((Verdict.NotInspected, NotInspectedReason.Camera), Judge(image));
    }

    [Fact]
    public void Contrast_SideLeavesTheImage_IsNotInspected()
    {
        GrayImage image = Straight();
        for (int y = 55; y < 1435; y++)
        {
            // 20 px from the border where the part begins, outside from 350 lines on.
            image.Row(y)[..70].Fill(12);
            int left = (int)Math.Max(0, 20 - ((y - 55) * 0.057));
            image.Row(y)[left..70].Fill(128);
        }

        Assert.Equal((Verdict.NotInspected, NotInspectedReason.Camera), Judge(image));
    }

    [Fact]
    public void Contrast_PartEndsAtTheBeginningOfTheLastRow_IsAccepted()
    {
        GrayImage image = new TiltedPart(1100, 1500, 70, 55, 0, 950 * PitchX, 1000 * PitchY).Render(12);

        Assert.Equal((Verdict.Accept, NotInspectedReason.None), Judge(image));
    }

    [Fact]
    public void Contrast_PartBeginsBelowTheFirstCore_IsAccepted()
    {
        GrayImage image = Straight();
        Fill(image, new PixelBox(0, 0, 1100, 465), 12);

        Assert.Equal((Verdict.Accept, NotInspectedReason.None), Judge(image));
    }

    [Theory]
    [InlineData(0, 700, 55, 545, 380)]
    [InlineData(0, 350, 150, 150, 250)]
    [InlineData(1100, 400, 1150, 100, 150)]
    public void Contrast_PieceOfThePartOutsideItsEdges_IsNotInspected(int dark, int darkLines, int piece, int pieceLines, int pieceWidth)
    {
        GrayImage image = Straight();
        Fill(image, new PixelBox(0, dark, 1100, darkLines), 12);
        Assert.Equal(Verdict.Accept, Judge(image, edges => edges.MinimumInspectedFraction = 0.2).Item1);
        Fill(image, new PixelBox(70, piece, pieceWidth, pieceLines), 128);

        Assert.Equal(
            (Verdict.NotInspected, NotInspectedReason.Camera), Judge(image, edges => edges.MinimumInspectedFraction = 0.2));
    }

    [Theory]
    [InlineData(1703, NotInspectedReason.None)]
    [InlineData(1680, NotInspectedReason.Configuration)]
    [InlineData(1726, NotInspectedReason.Configuration)]
    public void Web_Width_IsThatFromTheRimToTheImagesBorder(int expectedWidth, NotInspectedReason expected)
    {
        GrayImage image = Fabric(1, rim: 250, selvedge: 90, 255);
        TileRow row = RowOf(image, EdgeMode.None);
        PartEdgeFinder finder = PartEdgeFinder.Create(
            new EdgeOptions { Mode = EdgeMode.Web, PartWidthPixels = expectedWidth }, image.Width);
        finder.Begin(row.Panel);

        Assert.Equal(expected, finder.Find(row));
    }

    [Theory]
    [InlineData(255, 1)]
    [InlineData(105, 2)]
    public void Web_Fabric_StartsInsideTheSelvedge(int beside, int seed)
    {
        GrayImage image = Fabric(seed, rim: 250, selvedge: 90, (byte)beside);

        PartEdges edges = FindWeb(image);

        Assert.NotNull(edges.Left);
        Assert.InRange(edges.Left.Value.Offset, 250 + 90 - 2, 250 + 90 + 8);
        Assert.Null(edges.Right);
    }

    [Fact]
    public void Web_FabricOnTheOtherSide_EndsInsideTheSelvedge()
    {
        GrayImage image = Fabric(1, rim: 250, selvedge: 90, 255);
        EdgeLine left = FindWeb(image).Left!.Value;
        for (int y = 0; y < image.Height; y++)
        {
            image.Row(y).Reverse();
        }

        PartEdges edges = FindWeb(image);

        Assert.Null(edges.Left);
        Assert.InRange(edges.Right!.Value.Offset, image.Width - 1 - left.Offset - 4, image.Width - 1 - left.Offset + 4);
    }

    [Fact]
    public void Web_CreaseAndDotsInTheOuterPart_AreNotTakenForEdges()
    {
        GrayImage image = Fabric(5, rim: 250, selvedge: 90, 255);
        PartEdges expected = FindWeb(image);
        for (int y = 0; y < image.Height; y++)
        {
            image.Row(y).Slice(1700 + (y / 30), 20).Fill(60);
        }

        for (int y = 50; y < 80; y++)
        {
            image.Row(y).Slice(360, 30).Fill(20);
        }

        Assert.Equal(expected, FindWeb(image));
    }

    [Fact]
    public void Web_NoRimInTheImage_HasNoEdges()
    {
        PartEdges edges = FindWeb(Fabric(3, rim: 0, selvedge: 0, 255));

        Assert.Equal(default, edges);
    }

    [Theory]
    [InlineData(EdgeMode.Contrast)]
    [InlineData(EdgeMode.Web)]
    public void Find_SecondRow_AllocatesNothing(EdgeMode mode)
    {
        GrayImage image = Fabric(4, rim: 250, selvedge: 90, 5);
        image.Pixels.AsSpan(0, 40 * image.Width).Fill(5);
        TileRow row = RowOf(image, EdgeMode.None);
        PartEdgeFinder finder = PartEdgeFinder.Create(new EdgeOptions { Mode = mode }, image.Width);
        finder.Begin(row.Panel);
        finder.Find(row);
        long least = long.MaxValue;
        for (int i = 0; i < 3; i++)
        {
            // The runtime itself may allocate once more on this thread while it compiles; the finder would every time.
            long before = GC.GetAllocatedBytesForCurrentThread();
            finder.Find(row);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }

    [Fact]
    public void Web_TooNarrow_SaysWhatIsAllowed()
    {
        ArgumentOutOfRangeException error = Assert.Throws<ArgumentOutOfRangeException>(
            () => PartEdgeFinder.Create(new EdgeOptions { Mode = EdgeMode.Web }, 800));

        Assert.Contains("1024", error.Message, StringComparison.Ordinal);
    }

    private static (Verdict, NotInspectedReason) Judge(GrayImage image, Action<EdgeOptions>? change = null)
    {
        PanelVerdict verdict = Inspect(image, Surroundings.Dark, change: change);
        return (verdict.Verdict, verdict.Reason);
    }

    private static void Fill(GrayImage image, PixelBox box, byte level)
    {
        for (int y = box.Y; y < box.Bottom; y++)
        {
            image.Row(y).Slice(box.X, box.Width).Fill(level);
        }
    }

    private static PanelVerdict Inspect(
        GrayImage image, Surroundings surroundings, double radius = 0, Action<EdgeOptions>? change = null)
    {
        InspectionOptions options = new() { PixelPitchXMicrometres = PitchX, PixelPitchYMicrometres = PitchY };
        options.Edges.Mode = EdgeMode.Contrast;
        options.Edges.Surroundings = surroundings;
        options.Edges.CornerRadiusPixels = radius;
        options.Edges.Level = surroundings == Surroundings.Dark ? 40 : 215;
        options.Verdict.Deadline = TimeSpan.FromHours(1);
        change?.Invoke(options.Edges);
        return new InspectionPipeline(
            options, image.Width, new ThresholdTileInspector(3), TimeProvider.System, new InspectionCounters()).Inspect(image, 1);
    }

    private static PartEdges FindWeb(GrayImage image) => RowOf(image, EdgeMode.Web).Edges;

    private static TileRow RowOf(GrayImage image, EdgeMode mode)
    {
        InspectionOptions options = new();
        options.Edges.Mode = mode;
        InspectionPipeline pipeline = new(
            options, image.Width, new ThresholdTileInspector(1), TimeProvider.System, new InspectionCounters());
        return new RowFeed(pipeline).FirstRow(image);
    }

    private static GrayImage Straight() => new TiltedPart(1100, 1500, 70, 55, 0, 950 * PitchX, 1380 * PitchY).Render(12);

    // A weave of diagonal threads; beside it a smooth background, between them bright and dark bands.
    private static GrayImage Fabric(int seed, int rim, int selvedge, byte beside)
    {
        Random random = new(seed);
        GrayImage image = new(2048, 256);
        for (int y = 0; y < image.Height; y++)
        {
            for (int x = 0; x < image.Width; x++)
            {
                double noise = random.NextDouble() + random.NextDouble() - 1;
                double level = x < rim
                    ? beside + (4 * noise)
                    : x < rim + selvedge
                        ? (((x - rim) / 15 % 2) == 0 ? 190 : 85) + (6 * noise)
                        : 128 + (x / 200.0) + (14 * Math.Sin((x + (2 * y)) * 0.8)) + (12 * noise);
                image[x, y] = (byte)Math.Clamp(level, 0, 255);
            }
        }

        return image;
    }
}

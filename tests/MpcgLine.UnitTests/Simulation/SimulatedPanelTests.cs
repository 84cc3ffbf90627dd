using MpcgLine.Inspection.Primitives;
using MpcgLine.Simulation;

namespace MpcgLine.UnitTests.Simulation;

public sealed class SimulatedPanelTests
{
    // An odd width, so that the last columns are not a whole vector.
    private static readonly PanelSimulationOptions Small = new() { Width = 715, Length = 900, Seed = 3, DefectCount = 5 };

    [Fact]
    public void Render_SameOptions_SameBytes() =>
        Assert.Equal(new SimulatedPanel(Small).Render().Pixels, new SimulatedPanel(Small).Render().Pixels);

    [Fact]
    public void Render_OtherSeed_OtherPartAndPose()
    {
        SimulatedPanel one = new(Small);
        SimulatedPanel other = new(Small with { Seed = 4 });

        Assert.NotEqual(one.PartPose, other.PartPose);
        Assert.NotEqual(one.Render().Pixels, other.Render().Pixels);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    [InlineData(125)]
    [InlineData(512)]
    public void RenderRows_AnyBlocksInAnyOrder_EqualTheWhole(int block)
    {
        SimulatedPanel panel = new(Small);
        byte[] whole = new SimulatedPanel(Small).Render().Pixels;
        byte[] mask = panel.RenderMask().Pixels;
        byte[] pixels = new byte[whole.Length];
        byte[] marks = new byte[whole.Length];

        // From the last block to the first: a generator that remembers the row before would be found out.
        for (int row = (panel.Length - 1) / block * block; row >= 0; row -= block)
        {
            int count = Math.Min(block, panel.Length - row);
            panel.RenderRows(row, count, pixels.AsSpan(row * panel.Width, count * panel.Width));
            panel.RenderMaskRows(row, count, marks.AsSpan(row * panel.Width, count * panel.Width));
        }

        Assert.Equal(whole, pixels);
        Assert.Equal(mask, marks);
    }

    [Fact]
    public void RenderRows_WarmPanel_AllocatesNothing()
    {
        SimulatedPanel panel = new(Small);
        byte[] rows = new byte[64 * panel.Width];

        // The least of some passes: code compiled anew and lists filled at first use allocate once, by chance within a pass.
        long least = long.MaxValue;
        for (int pass = 0; pass < 4; pass++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int row = 0; row + 64 <= panel.Length; row += 64)
            {
                panel.RenderRows(row, 64, rows);
                panel.RenderMaskRows(row, 64, rows);
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(0, 901)]
    [InlineData(900, 1)]
    public void RenderRows_RowsOutside_ThrowsNamingTheRange(int first, int count)
    {
        SimulatedPanel panel = new(Small);
        byte[] rows = new byte[panel.Width * count];

        ArgumentOutOfRangeException error = Assert.Throws<ArgumentOutOfRangeException>(() => panel.RenderRows(first, count, rows));

        Assert.Contains("the panel has 0..899", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void RenderRows_DestinationOfOtherSize_Throws() =>
        Assert.Throws<ArgumentException>(() => new SimulatedPanel(Small with { DefectCount = 0 }).RenderRows(0, 2, new byte[715]));

    [Fact]
    public void Defects_CleanPanel_NoneAndMaskEmpty()
    {
        SimulatedPanel panel = new(Small with { DefectCount = 0 });

        Assert.Empty(panel.Defects);
        Assert.DoesNotContain((byte)255, panel.RenderMask().Pixels);
    }

    [Theory]
    [InlineData(DefectFamily.Known)]
    [InlineData(DefectFamily.Unseen)]
    public void Defects_MaskInTheirBoxes_GivesAreaBoxAndCentroid(DefectFamily family)
    {
        SimulatedPanel panel = new(Small with { DefectFamily = family, Length = 1400, DefectCount = 9 });
        GrayImage mask = panel.RenderMask();

        Assert.Equal(9, panel.Defects.Count);
        Assert.Equal(panel.Defects.Sum(defect => defect.AreaPixels), mask.Pixels.Count(pixel => pixel == 255));
        foreach (TrueDefect defect in panel.Defects)
        {
            (int Column, int Row)[] pixels = [.. PixelsIn(mask, defect.Box)];
            Assert.Equal(defect.AreaPixels, pixels.Length);
            Assert.Equal(defect.Box.X, pixels.Min(pixel => pixel.Column));
            Assert.Equal(defect.Box.Right - 1, pixels.Max(pixel => pixel.Column));
            Assert.Equal(defect.Box.Y, pixels.Min(pixel => pixel.Row));
            Assert.Equal(defect.Box.Bottom - 1, pixels.Max(pixel => pixel.Row));
            Assert.Equal(pixels.Average(pixel => pixel.Column), defect.CentroidX, 6);
            Assert.Equal(pixels.Average(pixel => pixel.Row), defect.CentroidY, 6);
        }
    }

    [Fact]
    public void Defects_AgainstTheSamePartWithoutThem_ChangePixelsByTheirContrastAndNothingElse()
    {
        SimulatedPanel panel = new(Small with { Length = 1400, DefectCount = 9 });
        GrayImage marked = panel.Render();
        GrayImage clean = new SimulatedPanel(panel.Options with { DefectCount = 0 }).Render();

        foreach (TrueDefect defect in panel.Defects)
        {
            double change = PixelsIn(panel.RenderMask(), defect.Box).Average(p => marked[p.Column, p.Row] - (double)clean[p.Column, p.Row]);
            double told = defect.Polarity == MpcgLine.Inspection.Regions.Polarity.Dark ? -defect.ContrastGray : defect.ContrastGray;
            // The texture removed beneath a defect averages to at most a deviation over the root of a few independent px.
            Assert.InRange(change, told - (0.25 * defect.ContrastGray) - 1, told + (0.25 * defect.ContrastGray) + 1);
        }

        for (int y = 0; y < panel.Length; y++)
        {
            for (int x = 0; x < panel.Width; x++)
            {
                if (!panel.Defects.Any(defect => defect.Box.Touches(new PixelBox(x, y, 1, 1), 6)))
                {
                    Assert.Equal(clean[x, y], marked[x, y]);
                }
            }
        }
    }

    [Theory]
    [InlineData(512, 512)]
    [InlineData(1024, 2048)]
    [InlineData(7168, 14000)]
    public void SurfaceAt_WholePart_ShowsEverySurfaceInsideDarkSurroundings(int width, int length)
    {
        SimulatedPanel panel = new(new PanelSimulationOptions { Width = width, Length = length, DefectCount = 0 });
        Dictionary<SurfaceKind, int> counts = [];
        int step = Math.Max(1, width / 512);
        for (int y = 0; y < length; y += step)
        {
            for (int x = 0; x < width; x += step)
            {
                SurfaceKind kind = panel.SurfaceAt(x, y);
                counts[kind] = counts.GetValueOrDefault(kind) + 1;
            }
        }

        Assert.Equal(Enum.GetValues<SurfaceKind>().Order(), counts.Keys.Order());
        if (width >= 1024)
        {
            int part = counts.Values.Sum() - counts[SurfaceKind.Surroundings];
            Assert.InRange((double)counts[SurfaceKind.TransitionZone] / part, 0.02, 0.10);
        }
    }

    [Fact]
    public void SensorTraits_SameCamera_SameColumnsWithinTheirBounds()
    {
        SensorTraits one = new(5, 900);
        SensorTraits same = new(5, 900);
        SensorTraits other = new(6, 900);

        Assert.Equal(one.Gain.ToArray(), same.Gain.ToArray());
        Assert.NotEqual(one.Gain.ToArray(), other.Gain.ToArray());
        Assert.All(one.Gain.ToArray(), gain => Assert.InRange(gain, 0.85f, 1.03f));
        Assert.All(one.Dark.ToArray(), dark => Assert.InRange(dark, 0.5f, 5.5f));
    }

    private static IEnumerable<(int Column, int Row)> PixelsIn(GrayImage mask, PixelBox box)
    {
        for (int y = box.Y; y < box.Bottom; y++)
        {
            for (int x = box.X; x < box.Right; x++)
            {
                if (mask[x, y] == 255)
                {
                    yield return (x, y);
                }
            }
        }
    }
}

using MpcgLine.Simulation;

namespace MpcgLine.UnitTests.Simulation;

public sealed class PanelSequenceTests
{
    private static readonly PanelSimulationOptions Template = new() { Width = 640, Length = 1024, Seed = 17, PartSerial = 40 };

    [Fact]
    public void Indexer_AnyOrder_SamePanelEachTime()
    {
        PanelSequence sequence = new(Template, 6, 2);
        PanelSequence again = new(Template, 6, 2);

        Assert.Equal(sequence[4].Render().Pixels, again[4].Render().Pixels);
        Assert.Equal(44, sequence[4].Options.PartSerial);
        Assert.Equal(6, sequence.Select(panel => panel.PartPose).Distinct().Count());
        Assert.Equal(6, sequence.Select(panel => panel.Options.Seed).Distinct().Count());
    }

    [Fact]
    public void IsClean_AskedNumber_MixedAndDefectiveOnesHaveThreeOrMore()
    {
        PanelSequence sequence = new(Template, 24, 8);
        bool[] clean = [.. Enumerable.Range(0, 24).Select(sequence.IsClean)];

        Assert.Equal(8, clean.Count(isClean => isClean));
        // Neither all at one end nor in a fixed rhythm.
        Assert.True(Enumerable.Range(1, 23).Count(i => clean[i] != clean[i - 1]) > 3);
        Assert.NotEqual(clean, [.. Enumerable.Range(0, 24).Select(new PanelSequence(Template with { Seed = 18 }, 24, 8).IsClean)]);
        for (int i = 0; i < 24; i++)
        {
            int defects = sequence[i].Defects.Count;
            Assert.True(clean[i] ? defects == 0 : defects is >= 3 and <= 7, $"Panel {i} has {defects} defects.");
        }
    }

    [Theory]
    [InlineData(0, 0, "0 panels asked for; at least 1.")]
    [InlineData(4, 5, "5 clean panels asked for; allowed is 0..4.")]
    [InlineData(4, -1, "-1 clean panels asked for; allowed is 0..4.")]
    public void Constructor_BadCounts_ThrowsNamingValueAndRange(int count, int clean, string message)
    {
        ArgumentOutOfRangeException error = Assert.Throws<ArgumentOutOfRangeException>(() => new PanelSequence(Template, count, clean));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Defects_Population_KeepsItsShares()
    {
        PanelSequence sequence = new(Template with { Width = 1024, Length = 2048 }, 120, 0);

        List<TrueDefect> defects = [.. sequence.SelectMany(panel => panel.Defects)];

        Assert.All(defects, defect => Assert.InRange(defect.ContrastToNoise, 3, 20));
        Assert.All(defects, defect => Assert.InRange(defect.WidthPixels, 4, 16));
        Assert.All(defects, defect => Assert.True(defect.ContrastGray >= 4));
        Assert.All(defects, defect => Assert.True(defect.Kind is TrueDefectKind.Dot or TrueDefectKind.Strip));
        // About 600 defects: three standard deviations of a share of 0.3 are 0.056.
        Assert.InRange(Share(defects, defect => defect.ContrastToNoise < 6), 0.24, 0.37);
        Assert.InRange(Share(defects, defect => defect.Surface == SurfaceKind.TransitionZone), 0.23, 0.35);
        Assert.InRange(Share(defects, defect => defect.Polarity == MpcgLine.Inspection.Regions.Polarity.Dark), 0.38, 0.62);
        Assert.InRange(Share(defects, defect => defect.Kind == TrueDefectKind.Dot), 0.35, 0.62);
        foreach (SurfaceKind kind in new[] { SurfaceKind.UniformBlock, SurfaceKind.RoughTexture, SurfaceKind.BrushedTexture, SurfaceKind.Lens, SurfaceKind.Sensor })
        {
            Assert.Contains(defects, defect => defect.Surface == kind);
        }
    }

    [Fact]
    public void Defects_OfOnePanel_KeepTheirDistances()
    {
        PanelSequence sequence = new(Template with { DefectCount = 7 }, 30, 0);
        foreach (SimulatedPanel panel in sequence)
        {
            for (int i = 0; i < panel.Defects.Count; i++)
            {
                (int x, int y) = (panel.Defects[i].Box.X, panel.Defects[i].Box.Y);
                Assert.NotEqual(SurfaceKind.Surroundings, panel.SurfaceAt(x - 38, y));
                Assert.NotEqual(SurfaceKind.Surroundings, panel.SurfaceAt(x, y - 38));
                Assert.NotEqual(SurfaceKind.Surroundings, panel.SurfaceAt(panel.Defects[i].Box.Right + 38, panel.Defects[i].Box.Bottom));
                for (int j = 0; j < i; j++)
                {
                    Assert.False(panel.Defects[i].Box.Touches(panel.Defects[j].Box, 23));
                }
            }
        }
    }

    [Fact]
    public void Defects_UnseenFamily_NoKnownShape()
    {
        PanelSequence sequence = new(Template with { DefectFamily = DefectFamily.Unseen, DefectCount = 6 }, 20, 0);

        TrueDefectKind[] kinds = [.. sequence.SelectMany(panel => panel.Defects).Select(defect => defect.Kind).Distinct().Order()];

        Assert.Equal([TrueDefectKind.Ring, TrueDefectKind.Smear, TrueDefectKind.EdgeChip, TrueDefectKind.PinholeCluster], kinds);
    }

    private static double Share(List<TrueDefect> defects, Func<TrueDefect, bool> condition) =>
        (double)defects.Count(condition) / defects.Count;
}

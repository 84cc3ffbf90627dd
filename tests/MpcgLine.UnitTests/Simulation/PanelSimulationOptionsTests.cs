using MpcgLine.Inspection.Primitives;
using MpcgLine.Simulation;

namespace MpcgLine.UnitTests.Simulation;

public sealed class PanelSimulationOptionsTests
{
    [Fact]
    public void Problems_Defaults_None() => Assert.Empty(new PanelSimulationOptions().Problems());

    [Fact]
    public void Problems_SeveralBadValues_EachNamedWithValueAndRange()
    {
        PanelSimulationOptions options = new()
        {
            Width = 100,
            Length = 20_000,
            MarginPixels = 3,
            PartSerial = -1,
            DefectCount = 9999,
            PixelPitch = new PixelPitch(0, double.NaN),
            DefectFamily = (DefectFamily)7,
        };

        IReadOnlyList<string> problems = options.Problems();

        Assert.Equal(8, problems.Count);
        Assert.Contains("Width is 100; allowed is 512..7168.", problems);
        Assert.Contains("Length is 20000; allowed is 512..14000.", problems);
        Assert.Contains("MarginPixels is 3; allowed is 16..16.", problems);
        Assert.Contains("PartSerial is -1; allowed is 0..999999.", problems);
        Assert.Contains("PixelPitch.XMicrometres is 0; allowed is 0.5..1000 micrometres.", problems);
        Assert.Contains("PixelPitch.YMicrometres is NaN; allowed is 0.5..1000 micrometres.", problems);
        Assert.Contains("DefectCount is 9999; allowed is 0..50.", problems);
        Assert.Contains("DefectFamily is 7; allowed are Known and Unseen.", problems);
    }

    [Fact]
    public void Problems_PitchesFarApart_RatioNamed()
    {
        PanelSimulationOptions options = new() { PixelPitch = new PixelPitch(10, 25) };

        Assert.Equal("PixelPitch: Y over X is 2.5; allowed is 0.5..2.", Assert.Single(options.Problems()));
    }

    [Fact]
    public void Constructor_BadOptions_ThrowsWithAllProblems()
    {
        PanelSimulationOptions options = new() { Width = 511, PartSerial = 1_000_000 };

        ArgumentException error = Assert.Throws<ArgumentException>(() => new SimulatedPanel(options));

        Assert.Contains("Width is 511", error.Message, StringComparison.Ordinal);
        Assert.Contains("PartSerial is 1000000", error.Message, StringComparison.Ordinal);
    }
}

using MpcgLine.Devices.Cameras.Bursts;
using MpcgLine.Devices.Cameras.Simulated;
using MpcgLine.Inspection.Acquisition;
using MpcgLine.Simulation;

namespace MpcgLine.UnitTests.Devices.Cameras;

public sealed class SimulatedCameraTests
{
    [Theory]
    [InlineData(64)]
    [InlineData(125)]
    [InlineData(1000)]
    public void Grab_AnyStripLength_GivesTheRenderedPanels(int linesPerStrip)
    {
        var panels = new PanelSequence(new PanelSimulationOptions { Width = 512, Length = 512, DefectCount = 3 }, 2, 1);
        using var camera = new SimulatedCamera(panels, new BurstOptions { LinesPerStrip = linesPerStrip }, TimeProvider.System);
        var slot = new Strip(512, linesPerStrip);
        var pixels = new List<byte>();
        camera.Start();

        while (camera.Grab(slot, TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken) == GrabOutcome.Filled)
        {
            pixels.AddRange(slot.Pixels[..(slot.Stamp.LineCount * 512)]);
        }

        camera.Stop();
        Assert.Equal([.. panels[0].Render().Pixels, .. panels[1].Render().Pixels], pixels);
    }

    [Fact]
    public void Constructor_BadOptions_NamesThem()
    {
        var panels = new PanelSequence(new PanelSimulationOptions(), 1, 0);

        var error = Assert.Throws<CameraException>(
            () => new SimulatedCamera(panels, new BurstOptions { LinesPerStrip = 0, GapLines = -1 }, TimeProvider.System));

        Assert.Contains("LinesPerStrip is 0", error.Message, StringComparison.Ordinal);
        Assert.Contains("GapLines is -1", error.Message, StringComparison.Ordinal);
    }
}

using MpcgLine.Devices.Cameras.Bursts;
using MpcgLine.Devices.Cameras.Simulated;
using MpcgLine.Inspection;
using MpcgLine.Inspection.Acquisition;
using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Inspection.Stitching;
using MpcgLine.Inspection.Verdicts;
using MpcgLine.Simulation;
using TorchSharp;

namespace MpcgLine.ComponentTests;

/// <summary>Run by <c>tests/long.sh</c>: minutes, not seconds.</summary>
[Collection(TensorTests.Name)]
public sealed class BigPanelTests
{
    private const int LinesPerStrip = 512;

    // The simulated part's corners: 3 % of its width.
    private const double CornerRadius = 211;

    [Fact(Explicit = true)]
    public void Inspect_FiveOfTheLargestPanels_LiveTensorsStayFlat()
    {
        PanelSequence panels = new(
            new PanelSimulationOptions { Width = PanelSimulationOptions.MaximumWidth, Length = PanelSimulationOptions.MaximumLength }, 5, 5);
        using TileInspector inspector = new(TestModel.Create(threshold: float.MaxValue), new InferenceOptions { BatchTiles = 8 });
        InspectionPipeline pipeline = new(
            new InspectionOptions
            {
                Edges = new EdgeOptions { Mode = EdgeMode.Contrast, CornerRadiusPixels = CornerRadius },
                Verdict = new VerdictOptions { Deadline = TimeSpan.FromHours(1) },
            },
            PanelSimulationOptions.MaximumWidth,
            inspector,
            TimeProvider.System,
            new InspectionCounters());
        using SimulatedCamera camera = new(panels, new BurstOptions { LinesPerStrip = LinesPerStrip }, TimeProvider.System);
        StripRing ring = new(2, PanelSimulationOptions.MaximumWidth, LinesPerStrip);
        List<long> live = [];
        camera.Start();
        while (true)
        {
            Assert.True(ring.TryClaim(out Strip? slot));
            if (camera.Grab(slot, TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken) == GrabOutcome.Ended)
            {
                break;
            }

            ring.Publish();
            Assert.True(ring.TryRead(out Strip? strip));
            pipeline.Accept(strip);
            ring.Release();
            if (Conclude(pipeline) is { } verdict)
            {
                Assert.Equal((Verdict.Accept, 512), (verdict.Verdict, verdict.TilesInspected));
                live.Add(LiveTensors.Count);
                TestContext.Current.TestOutputHelper!.WriteLine($"after panel {live.Count}: {live[^1]} live tensors");
            }
        }

        Assert.Equal(panels.Count, live.Count);
        Assert.Single(live.Distinct());
    }

    private static PanelVerdict? Conclude(InspectionPipeline pipeline)
    {
        while (pipeline.TryTake(out StitchedPiece piece))
        {
            if (piece.Row is not { } row)
            {
                return pipeline.Conclude(piece.End);
            }

            pipeline.Inspect(row);
            pipeline.Release(row);
        }

        return null;
    }
}

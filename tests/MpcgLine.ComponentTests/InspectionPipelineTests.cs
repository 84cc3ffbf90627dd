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

/// <summary>Camera, ring, pipeline and the real networks on one simulated panel, in one thread.</summary>
[Collection(TensorTests.Name)]
public sealed class InspectionPipelineTests : IDisposable
{
    private const int Width = 700, Length = 1500;

    // The random fusion of this seed scores some dozen places of the panel above it.
    private const float Threshold = 0.5f;

    private readonly TileInspector _inspector = new(
        TestModel.Create(threshold: Threshold), new InferenceOptions { BatchTiles = 2 });

    private readonly PanelSequence _panels = new(
        new PanelSimulationOptions { Seed = 9, Width = Width, Length = Length, MarginPixels = 40 }, count: 1, cleanCount: 0);

    private readonly InspectionCounters _counters = new();

    public void Dispose() => _inspector.Dispose();

    [Fact]
    public void Accept_StripsOfAnyLength_GivesTheDefectsOfTheWholeImageBitForBit()
    {
        PanelVerdict whole = Pipeline().Inspect(_panels[0].Render(), 1);

        Assert.True(whole.Defects.Count is > 5 and < 1000, $"{whole.Defects.Count} defects: nothing is compared");
        foreach (int lines in (int[])[64, 125, 512, 1000])
        {
            PanelVerdict streamed = Stream(lines);

            Assert.Equal(whole.Verdict, streamed.Verdict);
            Assert.Equal(whole.Defects, streamed.Defects);
        }
    }

    [Theory]
    [InlineData(BurstFaultKind.Missing, InspectionCounter.MissingStrips)]
    [InlineData(BurstFaultKind.Torn, InspectionCounter.TornStrips)]
    public void Accept_OneStripLost_PanelIsNotInspected(BurstFaultKind kind, InspectionCounter counter)
    {
        PanelVerdict verdict = Stream(125, new BurstFault(1, 5, kind));

        Assert.Equal((Verdict.NotInspected, NotInspectedReason.Camera), (verdict.Verdict, verdict.Reason));
        Assert.Equal(Length - 125, verdict.LinesReceived);
        Assert.Equal(1, _counters[counter]);
    }

    [Fact]
    public void Accept_StripFoundTheRingFull_PanelIsNotInspected()
    {
        PanelVerdict verdict = Stream(125, overrunAt: 5);

        Assert.Equal((Verdict.NotInspected, NotInspectedReason.Queue), (verdict.Verdict, verdict.Reason));
        Assert.Equal(1, _counters[InspectionCounter.Overruns]);
    }

    [Fact]
    public void Inspect_PanelAfterPanel_LiveTensorsStayFlat()
    {
        Stream(512);
        long before = LiveTensors.Count;
        for (int panel = 0; panel < 3; panel++)
        {
            Stream(512);
        }

        Assert.Equal(before, LiveTensors.Count);
    }

    private PanelVerdict Stream(int linesPerStrip, BurstFault? fault = null, int overrunAt = -1)
    {
        using SimulatedCamera camera = new(
            _panels, new BurstOptions { LinesPerStrip = linesPerStrip, Faults = fault is { } one ? [one] : [] }, TimeProvider.System);
        StripRing ring = new(2, Width, linesPerStrip);
        InspectionPipeline pipeline = Pipeline();
        Strip spare = new(Width, linesPerStrip);
        camera.Start();
        for (int strip = 0; true; strip++)
        {
            if (strip == overrunAt)
            {
                Lose(camera, spare, ring, pipeline);
            }

            Assert.True(ring.TryClaim(out Strip? slot));
            GrabOutcome outcome = camera.Grab(slot, TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
            if (outcome == GrabOutcome.Filled)
            {
                ring.Publish();
            }
            else
            {
                pipeline.CloseIncomplete(NotInspectedReason.Camera);
            }

            if (Drain(ring, pipeline) is { } verdict)
            {
                return verdict;
            }

            Assert.Equal(GrabOutcome.Filled, outcome);
        }
    }

    /// <summary>Two strips wait in the ring, so the third finds no room, as when stitching is behind.</summary>
    private static void Lose(SimulatedCamera camera, Strip spare, StripRing ring, InspectionPipeline pipeline)
    {
        for (int i = 0; i < ring.Capacity; i++)
        {
            Assert.True(ring.TryClaim(out Strip? slot));
            Assert.Equal(GrabOutcome.Filled, camera.Grab(slot, TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
            ring.Publish();
        }

        Assert.False(ring.TryClaim(out _));
        Assert.Equal(GrabOutcome.Filled, camera.Grab(spare, TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        Assert.Null(Drain(ring, pipeline));
    }

    private static PanelVerdict? Drain(StripRing ring, InspectionPipeline pipeline)
    {
        PanelVerdict? verdict = null;
        while (ring.TryRead(out Strip? strip))
        {
            pipeline.Accept(strip);
            ring.Release();
            verdict = Conclude(pipeline) ?? verdict;
        }

        return verdict ?? Conclude(pipeline);
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

    private InspectionPipeline Pipeline() => new(
        new InspectionOptions
        {
            Edges = new EdgeOptions { Mode = EdgeMode.Contrast },
            Verdict = new VerdictOptions { Deadline = TimeSpan.FromMinutes(10) },
        },
        Width,
        _inspector,
        TimeProvider.System,
        _counters);
}

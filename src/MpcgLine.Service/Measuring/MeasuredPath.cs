using System.Diagnostics;
using MpcgLine.Inspection;
using MpcgLine.Inspection.Acquisition;
using MpcgLine.Inspection.Difference;
using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Inspection.Stitching;
using MpcgLine.Inspection.Tiling;
using MpcgLine.Inspection.Verdicts;
using MpcgLine.Service.Commands;

namespace MpcgLine.Service.Measuring;

/// <summary>
/// The inspection path of production with a stopwatch, panel by panel. One thread from construction to disposal, which is both the stitching and the inference thread.
/// </summary>
internal sealed class MeasuredPath : IDisposable
{
    private readonly StepTimes _times = new();
    private readonly TileInspector _inspector;
    private readonly InspectionPipeline _pipeline;
    private readonly InspectionCounters _counters = new();
    private readonly Strip _strip;
    private GrayImage? _panel;
    private int _line;
    private long _burst;
    private int _tiles;
    private int _strips;
    private long _inferenceTicks;
    private long _stitchingTicks;
    private long _inferenceBytes;
    private long _stitchingBytes;

    /// <param name="setup">What is measured.</param>
    /// <param name="inspection">How the pipeline inspects.</param>
    /// <param name="bundle">The networks.</param>
    /// <param name="inference">How they run; a batch is a whole tile row, whatever it says.</param>
    public MeasuredPath(BenchSetup setup, InspectionOptions inspection, ModelBundle bundle, InferenceOptions inference)
    {
        int width = setup.Template.Width;

        // A whole row in one call: then what follows it on the inference thread is the regions and nothing else.
        _inspector = new TileInspector(bundle, inference with { BatchTiles = setup.TilesPerRow }, _times);
        _pipeline = new InspectionPipeline(
            inspection, width, new MarkedStaging(_inspector, _times), TimeProvider.System, _counters);
        _strip = new Strip(width, BenchSetup.LinesPerStrip);
    }

    /// <summary>The next panel's first strip comes next; the panel before has ended.</summary>
    private void Begin(GrayImage panel)
    {
        (_panel, _line, _tiles, _strips) = (panel, 0, 0, 0);
        _burst++;
        _inferenceTicks = _stitchingTicks = _inferenceBytes = _stitchingBytes = 0;
        _times.Clear();
    }

    /// <summary>Inspects the next tile row, or concludes the panel.</summary>
    /// <returns>What the panel cost, once it has ended; null until then.</returns>
    /// <exception cref="CommandException">The panel was not inspected.</exception>
    private PanelCost? InspectNext()
    {
        StitchedPiece piece;
        while (!_pipeline.TryTake(out piece))
        {
            SendStrip();
        }

        if (piece.Row is not { } row)
        {
            return Conclude(piece.End);
        }

        Inspect(row);
        return null;
    }

    /// <summary>Inspects a whole panel.</summary>
    public PanelCost Inspect(GrayImage panel)
    {
        Begin(panel);
        PanelCost? cost;
        do
        {
            cost = InspectNext();
        }
        while (cost is null);
        return cost;
    }

    public void Dispose() => _inspector.Dispose();

    private void SendStrip()
    {
        int count = Math.Min(_strip.LineCapacity, _panel!.Height - _line);
        _panel.Pixels.AsSpan(_line * _panel.Width, count * _panel.Width).CopyTo(_strip.Pixels);
        _strip.Stamp = new StripStamp(
            0, _burst, new LineIndex(_line), count, _panel.Height, default, TimeProvider.System.GetTimestamp(), StripStatus.Complete);
        _line += count;
        _strips++;

        long allocated = GC.GetAllocatedBytesForCurrentThread();
        long started = Stopwatch.GetTimestamp();
        _pipeline.Accept(_strip);
        _stitchingTicks += Stopwatch.GetTimestamp() - started;
        _stitchingBytes += GC.GetAllocatedBytesForCurrentThread() - allocated;
    }

    private void Inspect(TileRow row)
    {
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        long started = Stopwatch.GetTimestamp();
        long outside = _counters[InspectionCounter.OutsideTiles];
        _times.Begin();
        _pipeline.Inspect(row);
        _times.Mark(InspectionStep.Regions);
        _inferenceTicks += Stopwatch.GetTimestamp() - started;
        _inferenceBytes += GC.GetAllocatedBytesForCurrentThread() - allocated;
        _tiles += row.Columns - (_inspector.WorksInBackground ? 0 : (int)(_counters[InspectionCounter.OutsideTiles] - outside));
        _pipeline.Release(row);
    }

    private PanelCost Conclude(PanelEnd end)
    {
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        long started = Stopwatch.GetTimestamp();
        _times.Begin();
        PanelVerdict verdict = _pipeline.Conclude(end);
        _times.Mark(InspectionStep.Regions);
        _inferenceTicks += Stopwatch.GetTimestamp() - started;
        _inferenceBytes += GC.GetAllocatedBytesForCurrentThread() - allocated;
        if (verdict.Verdict == Verdict.NotInspected)
        {
            throw new CommandException($"a panel was not inspected ({verdict.Reason}): what was measured would mean nothing");
        }

        return new PanelCost(
            _tiles,
            _strips,
            Stopwatch.GetElapsedTime(0, _inferenceTicks),
            Stopwatch.GetElapsedTime(0, _stitchingTicks),
            Enum.GetValues<InspectionStep>().ToDictionary(step => step, step => _times[step]),
            _stitchingBytes,
            _inferenceBytes);
    }

    /// <summary>Ends the first step, which is the pipeline's own, when the pipeline calls the stage.</summary>
    private sealed class MarkedStaging(TileInspector inner, StepTimes times) : ITileInspector
    {
        public int MaxTiles => inner.MaxTiles;

        public Span<byte> Tile(int index) => inner.Tile(index);

        public Span<byte> Inspected(int index) => inner.Inspected(index);

        public void MarkWhollyInspected(int index) => inner.MarkWhollyInspected(index);

        public void MarkOutside(int index) => inner.MarkOutside(index);

        public bool WorksInBackground => inner.WorksInBackground;

        public void Inspect(int tileCount, TileRowFindings findings)
        {
            Begin(tileCount, findings);
            Finish();
        }

        public void Begin(int tileCount, TileRowFindings findings)
        {
            times.Mark(InspectionStep.Staging);
            inner.Begin(tileCount, findings);
        }

        public void Finish() => inner.Finish();
    }
}

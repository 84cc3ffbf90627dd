using MpcgLine.Inspection.Acquisition;
using MpcgLine.Inspection.Correction;
using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Regions;
using MpcgLine.Inspection.Stitching;
using MpcgLine.Inspection.Tiling;
using MpcgLine.Inspection.Verdicts;

namespace MpcgLine.Inspection;

/// <summary>
/// The way of one strip to one verdict, in reading order:
/// <list type="number">
/// <item>strips are corrected and stitched into panels;</item>
/// <item>complete rows of tiles leave in order, with the part's edges found in them;</item>
/// <item>their tiles are inspected in batches;</item>
/// <item>defective pixels are joined into regions across tiles and rows;</item>
/// <item>regions become defects in px and mm;</item>
/// <item>defects, completeness and rules become one verdict.</item>
/// </list>
/// Steps 1 and 2 belong to the stitching thread (<see cref="Accept"/>, <see cref="TryTake"/>,
/// <see cref="CloseIncomplete"/>, <see cref="RestartSource"/>), steps 3 to 6 to the inference thread
/// (<see cref="Inspect(TileRow)"/>, <see cref="Release"/>, <see cref="Conclude"/>). The two share nothing but the
/// pieces handed over in order, the pool they return to, and the counters. One thread may do both.
/// </summary>
public sealed class InspectionPipeline
{
    private readonly PanelStitcher _stitcher;
    private readonly TileRowPool _pool;
    private readonly ITileInspector _inspector;

    // One is filled by the stage while the other's regions are joined.
    private readonly TileRowFindings[] _findings;
    private readonly PanelRegions _regions;
    private readonly VerdictRules _rules;
    private readonly TimeProvider _time;
    private readonly InspectionCounters _counters;
    private int _nextFindings;
    private BegunBatch? _begun;

    /// <summary>Allocates everything a panel needs.</summary>
    /// <param name="options">Valid options (<see cref="InspectionOptions.Problems"/> is empty).</param>
    /// <param name="width">Pixels per line, at least 32.</param>
    /// <param name="inspector">The inference stage; stays the caller's, who disposes of it after the last call.</param>
    /// <param name="time">Clock of the strips' stamps and of the deadline.</param>
    /// <param name="counters">Everything lost is counted here.</param>
    /// <param name="flatField">Correction of the camera; null for none.</param>
    public InspectionPipeline(
        InspectionOptions options,
        int width,
        ITileInspector inspector,
        TimeProvider time,
        InspectionCounters counters,
        FlatField? flatField = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(inspector);
        ArgumentNullException.ThrowIfNull(time);
        ArgumentNullException.ThrowIfNull(counters);
        _inspector = inspector;
        _time = time;
        _counters = counters;
        _pool = new TileRowPool(options.Stitching.TileRowBuffers, width);
        PartEdgeFinder edges = PartEdgeFinder.Create(options.Edges, width);
        _stitcher = new PanelStitcher(options.Stitching, _pool, flatField ?? FlatField.Identity(width), edges, counters);
        _findings = [.. Enumerable.Range(0, inspector.WorksInBackground ? 2 : 1).Select(_ => new TileRowFindings(inspector.MaxTiles))];
        _regions = new PanelRegions(width, options.Pitch, options.Regions);
        _rules = new VerdictRules(options.Verdict, options.Edges.MinimumInspectedFraction);
    }

    /// <summary>Whether a panel is arriving and the ends of all before it were taken; stitching thread.</summary>
    public bool IsPanelOpen => _stitcher.IsOpen;

    /// <summary>The arriving panel; of no meaning when none is; stitching thread.</summary>
    public PanelStamp OpenPanel => _stitcher.Panel;

    /// <summary>Timestamp at which the arriving panel's last line is due; stitching thread. For the deadline monitor.</summary>
    public long LastLineDue => _stitcher.LastLineDue;

    /// <summary>Whether a strip would find buffers now; stitching thread. For sources that may be held up.</summary>
    public bool HasRoomFor(in StripStamp stamp) => _stitcher.HasRoomFor(stamp);

    /// <summary>
    /// Takes one strip in; it stays the caller's. Stitching thread; take what is ready with <see cref="TryTake"/>
    /// after every call.
    /// </summary>
    public void Accept(Strip strip)
    {
        // 1. Correct and stitch: lines land at their line index, gaps stay gaps.
        _stitcher.Accept(strip);
    }

    /// <summary>Ends the arriving panel although lines are missing; stitching thread.</summary>
    public void CloseIncomplete(NotInspectedReason reason) => _stitcher.CloseIncomplete(reason);

    /// <summary>The camera was opened again: its bursts and transfers count afresh; stitching thread.</summary>
    public void RestartSource() => _stitcher.RestartSource();

    /// <summary>The next complete tile row or panel end, for the inference side; stitching thread.</summary>
    public bool TryTake(out StitchedPiece piece)
    {
        // 2. Tile: rows leave in order as soon as their lines are there.
        return _stitcher.TryTake(out piece);
    }

    /// <summary>
    /// Inspects a tile row into its panel's regions; where the stage works in the background, its last batch is taken in
    /// with the next row, or by <see cref="Conclude"/>. The row stays the caller's until <see cref="Release"/>, which may
    /// follow at once. Inference thread. If the inference stage throws, here or in <see cref="Conclude"/>, the row whose batch
    /// it was counts as not inspected.
    /// </summary>
    public void Inspect(TileRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        if (row.Panel != _regions.Panel)
        {
            FinishBatch();
            _regions.Begin(row.Panel);
        }

        for (int column = 0; column < row.Columns; column += _inspector.MaxTiles)
        {
            int count = Math.Min(_inspector.MaxTiles, row.Columns - column);
            for (int tile = 0; tile < count; tile++)
            {
                row.CopyTile(column + tile, _inspector.Tile(tile));
                if (row.IsWhollyInspected(column + tile))
                {
                    _inspector.MarkWhollyInspected(tile);
                }
                else if (row.IsOutside(column + tile))
                {
                    _inspector.MarkOutside(tile);
                    _counters.Add(InspectionCounter.OutsideTiles);
                }
                else
                {
                    row.CopyInspected(column + tile, _inspector.Inspected(tile));
                }
            }

            // 3. Reconstruct and compare.
            TileRowFindings findings = _findings[_nextFindings];
            _inspector.Begin(count, findings);
            _nextFindings = (_nextFindings + 1) % _findings.Length;
            BegunBatch? before = _begun;
            _begun = new BegunBatch(row.Place, column, findings);
            Finish(before);
            if (!_inspector.WorksInBackground)
            {
                FinishBatch();
            }
        }
    }

    /// <summary>Takes in what the stage says of the batch begun last, if that is still to be done.</summary>
    private void FinishBatch()
    {
        BegunBatch? batch = _begun;
        _begun = null;
        Finish(batch);
    }

    private void Finish(BegunBatch? begun)
    {
        if (begun is not { } batch)
        {
            return;
        }

        _inspector.Finish();
        if (_regions.AddTiles(batch.Row, batch.FirstColumn, batch.Findings))
        {
            // 4. Join runs across tiles and rows.
            _regions.CompleteRow(batch.Row);
            _counters.Add(InspectionCounter.Tiles, batch.Row.Grid.Columns);
        }
    }

    /// <summary>Returns a tile row's buffer; the caller no longer touches it. Any thread.</summary>
    public void Release(TileRow row) => _pool.Return(row);

    /// <summary>Judges a panel that has ended; the last call about that panel. Inference thread.</summary>
    public PanelVerdict Conclude(in PanelEnd end)
    {
        FinishBatch();
        if (end.Panel != _regions.Panel)
        {
            _regions.Begin(end.Panel);
        }

        // 5. Measure.
        IReadOnlyList<Defect> defects = _regions.Conclude();

        // 6. Judge; denying is the default.
        long now = _time.GetTimestamp();
        Completeness completeness = CompletenessOf(end, now);
        (Verdict verdict, NotInspectedReason reason) = _rules.Decide(completeness, defects, _regions.DroppedCount > 0);
        Count(verdict);
        int tiles = _regions.Tiles;
        _regions.Begin(default);
        return new PanelVerdict(
            end.Panel.Panel,
            end.Panel.Burst,
            verdict,
            reason,
            defects,
            end.Panel.Length,
            end.LinesReceived,
            tiles,
            end.Panel.LeadingEdge,
            end.LastLineAt,
            now)
        {
            InspectedFraction = completeness.InspectedFraction,
        };
    }

    /// <summary>
    /// Inspects one image as a panel of its own, on the calling thread: the same steps in the same order. The verdict's
    /// deadline counts from the moment the image's last strip goes in; a caller in no hurry sets a long one.
    /// </summary>
    /// <param name="image">Of the pipeline's width.</param>
    /// <param name="burst">Number of the burst, above that of every strip or image before.</param>
    /// <exception cref="ArgumentException">The image does not have the pipeline's width.</exception>
    public PanelVerdict Inspect(GrayImage image, long burst)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (image.Width != _pool.Width)
        {
            throw new ArgumentException($"The image is {image.Width} px wide, the pipeline {_pool.Width}.", nameof(image));
        }

        return ImagePanel.Inspect(this, image, burst, _time);
    }

    private Completeness CompletenessOf(in PanelEnd end, long now)
    {
        int length = end.Panel.Length;
        int rows = length >= TileAxis.SmallestLength ? new TileAxis(length).Count : 0;
        double pixels = (double)length * end.Panel.Width;
        return new Completeness(
            length,
            end.LinesReceived,
            rows,
            end.TileRows,
            _regions.TileRows,
            pixels > 0 ? _regions.InspectedPixels / pixels : 0,
            end.Reason,
            _time.GetElapsedTime(end.LastLineAt, now));
    }

    private void Count(Verdict verdict)
    {
        _counters.Add(InspectionCounter.SmallRegions, _regions.SmallCount);
        _counters.Add(InspectionCounter.DroppedRegions, _regions.DroppedCount);
        _counters.Add(InspectionCounter.RegionsOutsideArea, _regions.OutsideCount);
        _counters.Add(verdict switch
        {
            Verdict.Accept => InspectionCounter.Accepted,
            Verdict.Reject => InspectionCounter.Rejected,
            _ => InspectionCounter.NotInspected,
        });
    }

    /// <summary>A batch that the stage has begun.</summary>
    /// <param name="Row">Its tile row.</param>
    /// <param name="FirstColumn">Column of its first tile.</param>
    /// <param name="Findings">Complete once it is finished.</param>
    private readonly record struct BegunBatch(TileRowPlace Row, int FirstColumn, TileRowFindings Findings);
}

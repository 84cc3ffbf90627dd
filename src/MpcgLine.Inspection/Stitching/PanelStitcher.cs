using MpcgLine.Inspection.Acquisition;
using MpcgLine.Inspection.Correction;
using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Tiling;
using MpcgLine.Inspection.Verdicts;

namespace MpcgLine.Inspection.Stitching;

/// <summary>
/// Puts strips together into panels, one burst each, and gives out tile rows as soon as their lines are there. A line
/// lands at its index in the burst; what never came stays missing, and a tile row with a missing line is never given
/// out. Stitching thread only; allocation-free once the first panel of a size has passed.
/// </summary>
/// <remarks>
/// Strips of a burst come in the order of their lines: a line index below the next expected one is a duplicate, one
/// above it leaves a gap for good. Whatever follows from that is bounded: at most three tile rows are open at a time.
/// </remarks>
public sealed class PanelStitcher
{
    /// <summary>Missing bursts of one gap that end as panels of their own; a source that counts wildly must not flood the rest.</summary>
    private const int MostMissingBursts = 16;

    private readonly StitchOptions _options;
    private readonly TileRowPool _pool;
    private readonly PartEdgeFinder _edges;
    private readonly InspectionCounters _counters;
    private readonly Queue<StitchedPiece> _pieces;
    private readonly OpenTileRows _rows;
    private readonly BurstClock _clock;

    private PanelStamp _panel;
    private bool _isOpen;
    private int _endsToTake;
    private int _nextLine;
    private int _linesReceived;
    private int _rowsGiven;
    private NotInspectedReason _reason;
    private long _panelCount;
    private long _lastBurst;
    private long _lastFrameId = -1;

    /// <summary>Makes a stitcher for lines of the pool's width.</summary>
    /// <param name="options">Valid options.</param>
    /// <param name="pool">Buffers; shared with the side that returns them.</param>
    /// <param name="flatField">Applied to every line as it lands.</param>
    /// <param name="edges">Finds the part in each tile row; used on this thread only.</param>
    /// <param name="counters">Everything lost is counted here.</param>
    public PanelStitcher(StitchOptions options, TileRowPool pool, FlatField flatField, PartEdgeFinder edges, InspectionCounters counters)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(flatField);
        ArgumentNullException.ThrowIfNull(edges);
        ArgumentNullException.ThrowIfNull(counters);
        if (flatField.Width != pool.Width)
        {
            throw new ArgumentException($"The flat field has {flatField.Width} columns, the camera {pool.Width}.", nameof(flatField));
        }

        _options = options;
        _pool = pool;
        _edges = edges;
        _counters = counters;
        _rows = new OpenTileRows(pool, flatField, counters);
        _clock = new BurstClock(options);
        _pieces = new Queue<StitchedPiece>(pool.Capacity + MostMissingBursts + 4);
    }

    /// <summary>Whether a panel has begun and not ended, and the ends of all before it were taken.</summary>
    public bool IsOpen => _isOpen && _endsToTake == 0;

    /// <summary>The open panel; of no meaning when none is open.</summary>
    public PanelStamp Panel => _panel;

    /// <summary>
    /// Timestamp at which the open panel's last line is due, from the line rate seen so far; of the newest strip when
    /// there was only one. For the deadline monitor.
    /// </summary>
    public long LastLineDue => _clock.Due(_panel.Length);

    /// <summary>Fewest buffers with which a strip of a length finds room when nothing is under inspection.</summary>
    public static int SmallestPool(int linesPerStrip) => (linesPerStrip / TileGrid.Stride) + 5;

    /// <summary>
    /// Whether the buffers free now suffice for a strip. Sources that may be held up wait for this; for others
    /// Accept drops what finds no room.
    /// </summary>
    public bool HasRoomFor(in StripStamp stamp)
    {
        bool isOfOpen = _isOpen && stamp.Burst == _panel.Burst;
        if (!IsAllowed(stamp.BurstLineCount) || (stamp.Burst <= _lastBurst && !isOfOpen))
        {
            return true;
        }

        TileAxis axis = new(stamp.BurstLineCount);
        int needed = 0;
        long end = stamp.FirstLine.Value + stamp.LineCount;
        for (int row = isOfOpen ? _rows.Started : 0; row < axis.Count && axis.Origin(row) < end; row++)
        {
            // Rows that begin before the strip are lost with the lines missing before it and take no buffer.
            needed += Math.Max(0, axis.Origin(row)) >= stamp.FirstLine.Value ? 1 : 0;
        }

        return needed <= _pool.FreeCount;
    }

    /// <summary>
    /// Takes one strip in; the strip stays the caller's and is not kept. Drain <see cref="TryTake"/> after every call.
    /// </summary>
    public void Accept(Strip strip)
    {
        ArgumentNullException.ThrowIfNull(strip);
        StripStamp stamp = strip.Stamp;
        _counters.Add(InspectionCounter.Strips);
        CountLostStrips(strip);
        if (!IsPlausible(strip))
        {
            _counters.Add(InspectionCounter.InvalidStrips);
            return;
        }

        if (stamp.Burst <= _lastBurst && !(_isOpen && stamp.Burst == _panel.Burst))
        {
            _counters.Add(InspectionCounter.LateStrips);
            return;
        }

        if (!_isOpen || stamp.Burst != _panel.Burst)
        {
            if (_isOpen)
            {
                CloseIncomplete(LossReason(strip));
            }

            EndMissingBursts(strip);
            if (!TryOpen(stamp))
            {
                return;
            }
        }

        AddStrip(strip);
        if (_nextLine >= _panel.Length)
        {
            End();
        }
    }

    /// <summary>The next tile row or panel end, in order; the row's ownership goes to the caller.</summary>
    public bool TryTake(out StitchedPiece piece)
    {
        bool isTaken = _pieces.TryDequeue(out piece);
        _endsToTake -= isTaken && piece.Row is null ? 1 : 0;
        return isTaken;
    }

    /// <summary>
    /// Ends the open panel although lines are missing: the deadline passed, the camera was lost, or the next burst
    /// began. Nothing happens when no panel is open.
    /// </summary>
    /// <param name="reason">Why; an earlier reason of the same panel stays.</param>
    public void CloseIncomplete(NotInspectedReason reason)
    {
        if (_isOpen)
        {
            SkipTo(_panel.Length, reason == NotInspectedReason.None ? NotInspectedReason.Camera : reason);
            End();
        }
    }

    /// <summary>
    /// The camera was opened again and counts bursts and transfers afresh: the open panel ends, and the next burst may
    /// have any number.
    /// </summary>
    public void RestartSource()
    {
        CloseIncomplete(NotInspectedReason.Camera);
        _lastBurst = 0;
        _lastFrameId = -1;
    }

    private static NotInspectedReason LossReason(Strip strip) =>
        strip.OverrunsBefore > 0 ? NotInspectedReason.Queue : NotInspectedReason.Camera;

    private bool IsPlausible(Strip strip)
    {
        StripStamp stamp = strip.Stamp;
        return strip.Width == _pool.Width
            && stamp.LineCount >= 1
            && stamp.LineCount <= strip.LineCapacity
            && stamp.Burst >= 1
            && (!_isOpen || stamp.Burst != _panel.Burst || stamp.BurstLineCount == _panel.Length);
    }

    private void CountLostStrips(Strip strip)
    {
        _counters.Add(InspectionCounter.Overruns, strip.OverrunsBefore);
        long frameId = strip.Stamp.FrameId;
        if (_lastFrameId >= 0 && frameId > _lastFrameId + 1)
        {
            _counters.Add(InspectionCounter.MissingStrips, frameId - _lastFrameId - 1);
        }

        _lastFrameId = Math.Max(_lastFrameId, frameId);
    }

    private bool IsAllowed(int burstLines) => burstLines >= _options.MinPanelLines && burstLines <= _options.MaxPanelLines;

    // Bursts between the last one and the strip's, of which no strip arrived: a part passed for each and gets a verdict.
    // Their places are spread evenly over the gap, so that they stay in the order of travel; a place that fits no
    // announced part binds none. The length is not known.
    private void EndMissingBursts(Strip strip)
    {
        StripStamp stamp = strip.Stamp;
        long missing = stamp.Burst - _lastBurst - 1;

        // The first burst seen may have any number: the daemon may start while the camera is running.
        if (_lastBurst == 0 || missing == 0)
        {
            return;
        }

        _counters.Add(InspectionCounter.MissingBursts, missing);
        EncoderCount from = _panel.LeadingEdge;
        double travelled = from.DistanceTo(_clock.LeadingEdgeOf(stamp));
        for (long burst = stamp.Burst - Math.Min(missing, MostMissingBursts); burst < stamp.Burst; burst++)
        {
            long place = (long)Math.Round(travelled * (burst - _lastBurst) / (missing + 1));
            PanelStamp panel = new(new PanelId(++_panelCount), burst, _pool.Width, 0, from.Advance(place));
            _counters.Add(InspectionCounter.Panels);
            _counters.Add(InspectionCounter.IncompletePanels);
            Enqueue(new PanelEnd(panel, 0, 0, LossReason(strip), stamp.ExposedAt));
        }
    }

    private bool TryOpen(in StripStamp stamp)
    {
        _lastBurst = stamp.Burst;
        _clock.Begin(stamp);
        _panel = new PanelStamp(new PanelId(++_panelCount), stamp.Burst, _pool.Width, stamp.BurstLineCount, _clock.LeadingEdge);
        _nextLine = 0;
        _linesReceived = 0;
        _rowsGiven = 0;
        _reason = NotInspectedReason.None;
        if (!IsAllowed(stamp.BurstLineCount))
        {
            _reason = NotInspectedReason.Configuration;
            End();
            return false;
        }

        _rows.Begin(_panel);
        _edges.Begin(_panel);
        _isOpen = true;
        return true;
    }

    private void AddStrip(Strip strip)
    {
        StripStamp stamp = strip.Stamp;
        long first = stamp.FirstLine.Value;
        long end = first + stamp.LineCount;
        long before = Math.Clamp(-first, 0, stamp.LineCount);
        long behind = Math.Clamp(end - _panel.Length, 0, stamp.LineCount - before);
        _counters.Add(InspectionCounter.OutOfRangeLines, before + behind);
        int from = (int)(first + before);
        int to = (int)(end - behind);
        if (before + behind == stamp.LineCount)
        {
            return;
        }

        int duplicates = Math.Clamp(_nextLine - from, 0, to - from);
        _counters.Add(InspectionCounter.DuplicateLines, duplicates);
        from += duplicates;
        if (from == to)
        {
            return;
        }

        SkipTo(from, LossReason(strip));
        if (!_clock.Fits(stamp))
        {
            _counters.Add(InspectionCounter.EncoderFaults);
            Blame(NotInspectedReason.Encoder);
        }

        _clock.Advance(stamp);
        if (stamp.Status == StripStatus.Complete)
        {
            Land(strip, (int)(from - first), from, to);
        }
        else
        {
            _counters.Add(stamp.Status == StripStatus.Torn ? InspectionCounter.TornStrips : InspectionCounter.UnknownStrips);
            SkipTo(to, NotInspectedReason.Camera);
        }
    }

    private void Land(Strip strip, int stripLine, int from, int to)
    {
        for (int line = from; line < to; line++)
        {
            if (!_rows.Land(strip.Line(stripLine++), line))
            {
                Blame(NotInspectedReason.Queue);
            }

            _nextLine = line + 1;
            _linesReceived++;
            FinishRows();
        }

        _counters.Add(InspectionCounter.Lines, to - from);
    }

    // Leaves the lines up to 'line' missing for good.
    private void SkipTo(int line, NotInspectedReason reason)
    {
        if (line > _nextLine)
        {
            Blame(reason);
            _rows.GiveUpBefore(line);
            _nextLine = line;
            FinishRows();
        }
    }

    private void FinishRows()
    {
        while (_rows.TryFinish(_nextLine, out TileRow? row))
        {
            NotInspectedReason reason = _edges.Find(row);
            if (reason != NotInspectedReason.None)
            {
                _counters.Add(reason == NotInspectedReason.Configuration
                    ? InspectionCounter.TileRowsOfWrongSize
                    : InspectionCounter.TileRowsWithoutEdges);
                Blame(reason);
            }

            _counters.Add(InspectionCounter.TileRows);
            _pieces.Enqueue(new StitchedPiece(row, default));
            _rowsGiven++;
        }
    }

    private void Blame(NotInspectedReason reason)
    {
        if (_reason == NotInspectedReason.None)
        {
            _reason = reason;
        }
    }

    private void End()
    {
        _isOpen = false;
        int missing = Math.Max(0, _panel.Length - _linesReceived);
        _counters.Add(InspectionCounter.Panels);
        _counters.Add(InspectionCounter.MissingLines, missing);
        if (missing > 0)
        {
            _counters.Add(InspectionCounter.IncompletePanels);
        }

        Enqueue(new PanelEnd(_panel, _linesReceived, _rowsGiven, _reason, _clock.Due(_panel.Length)));
    }

    private void Enqueue(in PanelEnd end)
    {
        _endsToTake++;
        _pieces.Enqueue(new StitchedPiece(null, end));
    }
}

using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Tiling;
using MpcgLine.Inspection.Verdicts;

namespace MpcgLine.Inspection.Stitching;

/// <summary>
/// Finds a part that differs from its surroundings by gray level: on sampled lines the left and right crossings, on
/// sampled columns the leading and trailing ones, each refined below a pixel by the area under the step, then a
/// straight line through each set without its outliers. Left and right are fitted afresh in every tile row and must go on
/// where those of the row before end; leading and trailing edges are remembered for the panel.
/// </summary>
/// <remarks>
/// What is found is doubted: a missing edge is allowed only where the corners leave hardly a line to see it on, edges
/// stay inside the image and the part's size apart, and outside of them nothing may look like the part.
/// </remarks>
internal sealed class ContrastEdgeFinder : PartEdgeFinder
{
    private const int LineStep = 8;
    private const int ColumnSamples = 128;
    private const int FewestPoints = 6;
    private const double LargestSlope = 0.1;

    /// <summary>Sampled lines from which on a row must show an edge.</summary>
    private const int EnoughLines = 2 * FewestPoints;

    /// <summary>Largest distance, px, of the lines of two rows where they meet: one further off is another edge.</summary>
    private const double LargestJump = 4;

    /// <summary>Sampled lines of a block in which part may not show, and the share of its pixels that are more than specks.</summary>
    private const int BlockLines = 4;
    private const double SpeckShare = 0.1;

    private readonly EdgeOptions _options;
    private readonly PartSize _size;
    private readonly bool _isInverted;
    private readonly EdgePoints _points = new(Math.Max(ColumnSamples, TileGrid.Size / LineStep) + 1);
    private PanelStamp _panel;
    private EdgeLine? _leading;
    private EdgeLine? _trailing;
    private EdgeLine? _left;
    private EdgeLine? _right;

    public ContrastEdgeFinder(EdgeOptions options)
    {
        _options = options;
        _size = new PartSize(options);
        _isInverted = options.Surroundings == Surroundings.Bright;
    }

    public override void Begin(in PanelStamp panel)
    {
        _panel = panel;
        _leading = null;
        _trailing = null;
        _left = null;
        _right = null;
    }

    public override NotInspectedReason Find(TileRow row)
    {
        EdgeLine? leading = _leading is null ? LeadingEdge(row) : null;
        _leading ??= leading;
        EdgeLine? trailing = _leading is not null && _trailing is null ? AcrossEdge(row, isLeading: false) : null;
        _trailing ??= trailing;
        bool isLastRow = row.EndLine == _panel.Length;
        int core = TileAxis.CoreStart(row.Row);
        int coreEnd = row.Grid.Along.CoreEnd(row.Row);
        if (_leading is null)
        {
            row.Area = InspectedArea.Nothing;
            return isLastRow || ShowsPart(row, core, coreEnd) ? NotInspectedReason.Camera : NotInspectedReason.None;
        }

        bool hasSides = Follow(row, isLeft: true, ref _left, out EdgeLine? left) & Follow(row, isLeft: false, ref _right, out EdgeLine? right);
        row.Edges = new PartEdges(left, right, leading, trailing);
        row.Area = Area();
        if (!hasSides
            || (leading is { } begin && (First(begin) + _options.InsidePixels < core || ShowsPart(row, core, (int)First(begin) - (2 * LineStep))))
            || (isLastRow && _trailing is null)
            || (_trailing is { } end ? ShowsPart(row, (int)Last(end) + (2 * LineStep), row.EndLine) : !HasPart(row)))
        {
            return NotInspectedReason.Camera;
        }

        return Check(Math.Max(core, First(_leading.Value)), Math.Min(coreEnd - 1, _trailing is { } last ? Last(last) : coreEnd - 1), trailing);
    }

    private double First(EdgeLine across) => Math.Min(across.At(0), across.At(_panel.Width - 1));

    private double Last(EdgeLine across) => Math.Max(across.At(0), across.At(_panel.Width - 1));

    // An edge that lies wholly below the row's core is left to the next row, which shows more of the part below it.
    private EdgeLine? LeadingEdge(TileRow row) =>
        AcrossEdge(row, isLeading: true) is { } edge && First(edge) < row.Grid.Along.CoreEnd(row.Row) ? edge : null;

    // The edge of this row, or where the corners hide it the row before's going on. False when it can't be trusted.
    private bool Follow(TileRow row, bool isLeft, ref EdgeLine? edge, out EdgeLine? seen)
    {
        seen = AlongEdge(row, isLeft, out int samples);
        if (seen is not { } found)
        {
            return edge is not null && samples < EnoughLines;
        }

        int meeting = TileAxis.CoreStart(row.Row);
        bool goesOn = edge is not { } before || Math.Abs(before.At(meeting) - found.At(meeting)) <= LargestJump;
        edge = found;
        return goesOn;
    }

    // Judges left and right edges over the lines of the core that show the part, and the length once it is known.
    private NotInspectedReason Check(double first, double last, EdgeLine? trailing)
    {
        EdgeLine left = _left!.Value;
        EdgeLine right = _right!.Value;
        bool hasSize = true;
        if (first <= last)
        {
            if (Math.Min(left.At(first), left.At(last)) < 0 || Math.Max(right.At(first), right.At(last)) > _panel.Width - 1)
            {
                return NotInspectedReason.Camera;
            }

            hasSize = _size.IsWidth(right.At(first) - left.At(first)) && _size.IsWidth(right.At(last) - left.At(last));
        }

        if (trailing is { } end && _leading is { } begin)
        {
            double nearX = left.At(first);
            double farX = right.At(first);
            hasSize &= _size.IsLength(end.At(nearX) - begin.At(nearX)) && _size.IsLength(end.At(farX) - begin.At(farX));
        }

        return hasSize ? NotInspectedReason.None : NotInspectedReason.Configuration;
    }

    private InspectedArea Area()
    {
        double inside = _options.InsidePixels;
        double radius = Math.Max(0, _options.CornerRadiusPixels - inside);
        InspectedArea whole = InspectedArea.Whole(_panel.Width, _panel.Length);
        return new InspectedArea(
            _left?.Shift(inside) ?? whole.Left,
            _right?.Shift(-inside) ?? whole.Right,
            _leading?.Shift(inside) ?? whole.Leading,
            EarliestTrailing()?.Shift(-inside) ?? whole.Trailing)
        {
            LeadingRadius = _leading is null ? 0 : radius,
            TrailingRadius = EarliestTrailing() is null ? 0 : radius,
        };
    }

    // Round corners may begin in a row that does not show the trailing edge yet: where the part's length is given, it is
    // known where that edge comes at the earliest.
    private EdgeLine? EarliestTrailing() =>
        _trailing ?? (_options.PartLengthPixels > 0 ? _leading?.Shift(_options.PartLengthPixels - _options.PartSizeTolerancePixels) : null);

    private EdgeLine? AlongEdge(TileRow row, bool isLeft, out int samples)
    {
        samples = 0;
        int search = (int)(row.Width * _options.SearchFraction);
        double corner = _options.CornerRadiusPixels + LineStep;
        int middle = isLeft ? search / 2 : row.Width - 1 - (search / 2);
        _points.Clear();
        for (int line = row.FirstLine; line < row.EndLine; line += LineStep)
        {
            if ((_leading is { } leading && line < leading.At(middle) + corner)
                || (EarliestTrailing() is { } trailing && line > trailing.At(middle) - corner))
            {
                continue;
            }

            samples++;
            StepScan scan = new(row.Line(line), isLeft ? 0 : row.Width - 1, isLeft ? 1 : -1, search, _isInverted, _options.Level);
            if (scan.TryFind(out double position))
            {
                _points.Add(line, position);
            }
        }

        return _points.Count * 2 >= samples ? _points.Fit(FewestPoints, LargestSlope) : null;
    }

    private EdgeLine? AcrossEdge(TileRow row, bool isLeading)
    {
        // Round corners and the tilt keep the outer columns from showing this edge.
        int first = row.Width / 5;
        int step = Math.Max(1, (row.Width - (2 * first)) / ColumnSamples);
        int lines = row.EndLine - row.FirstLine;
        int samples = 0;
        _points.Clear();
        for (int x = first; x < row.Width - first && samples <= ColumnSamples; x += step)
        {
            samples++;
            int start = isLeading ? 0 : lines - 1;
            StepScan scan = new(row.Lines, (start * row.Width) + x, isLeading ? row.Width : -row.Width, lines, _isInverted, _options.Level);
            if (scan.TryFind(out double steps))
            {
                // The position comes in pixels of the buffer; whole strides are lines.
                _points.Add(x, row.FirstLine + ((steps - x) / row.Width));
            }
        }

        return _points.Count * 2 >= samples ? _points.Fit(FewestPoints, LargestSlope) : null;
    }

    // Whether more than a twentieth of the row looks like the part.
    private bool HasPart(TileRow row)
    {
        int part = 0;
        for (int line = row.FirstLine; line < row.EndLine; line += LineStep)
        {
            part += PartPixels(row.Line(line));
        }

        return part * 20 > SamplesPerLine(row) * ((row.EndLine - row.FirstLine + LineStep - 1) / LineStep);
    }

    // Whether anything larger than a speck looks like the part between two lines.
    private bool ShowsPart(TileRow row, int from, int end)
    {
        int part = 0;
        int lines = 0;
        for (int line = Math.Max(from, row.FirstLine); line < Math.Min(end, row.EndLine); line += LineStep)
        {
            part += PartPixels(row.Line(line));
            lines++;
            if (part > SpeckShare * BlockLines * SamplesPerLine(row))
            {
                return true;
            }

            (part, lines) = lines == BlockLines ? (0, 0) : (part, lines);
        }

        return false;
    }

    private static int SamplesPerLine(TileRow row) => (row.Width + LineStep - 1) / LineStep;

    private int PartPixels(ReadOnlySpan<byte> pixels)
    {
        int part = 0;
        for (int x = 0; x < pixels.Length; x += LineStep)
        {
            part += pixels[x] > _options.Level != _isInverted ? 1 : 0;
        }

        return part;
    }
}

using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Tiling;

namespace MpcgLine.Inspection.Stitching;

/// <summary>
/// Finds a part that differs from its surroundings by gray level: on sampled lines the left and right crossings, on
/// sampled columns the leading and trailing ones, each refined below a pixel by the area under the step, then a
/// straight line through each set without its outliers. Left and right are fitted afresh in every tile row; leading and
/// trailing edges are remembered for the panel.
/// </summary>
internal sealed class ContrastEdgeFinder : PartEdgeFinder
{
    private const int LineStep = 8;
    private const int ColumnSamples = 128;
    private const int FewestPoints = 6;
    private const double LargestSlope = 0.1;

    private readonly EdgeOptions _options;
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

    public override bool TryFind(TileRow row)
    {
        bool isBehindPart = _trailing is not null;
        EdgeLine? leading = _leading is null ? AcrossEdge(row, isLeading: true) : null;
        _leading ??= leading;
        EdgeLine? trailing = _leading is not null && _trailing is null ? AcrossEdge(row, isLeading: false) : null;
        _trailing ??= trailing;
        bool isLastRow = row.EndLine == _panel.Length;
        if (_leading is null)
        {
            row.Area = InspectedArea.Nothing;
            return !isLastRow;
        }

        EdgeLine? left = AlongEdge(row, isLeft: true);
        EdgeLine? right = AlongEdge(row, isLeft: false);
        _left = left ?? _left;
        _right = right ?? _right;
        row.Edges = new PartEdges(left, right, leading, trailing);
        row.Area = Area();
        return _left is not null
            && _right is not null
            && (leading is null || LiesBelow(leading.Value, TileAxis.CoreStart(row.Row)))
            && (!isLastRow || _trailing is not null)
            && (_trailing is null ? ShowsPart(row, row.FirstLine) : !isBehindPart || !ShowsPart(row, EndOfPart(_trailing.Value)));
    }

    // A part that began in the row before, unseen, was not inspected there.
    private bool LiesBelow(EdgeLine leading, int line) =>
        Math.Min(leading.At(0), leading.At(_panel.Width - 1)) + _options.InsidePixels >= line;

    private int EndOfPart(EdgeLine trailing) =>
        (int)Math.Max(trailing.At(0), trailing.At(_panel.Width - 1)) + (2 * LineStep);

    private InspectedArea Area()
    {
        double inside = _options.InsidePixels;
        double radius = Math.Max(0, _options.CornerRadiusPixels - inside);
        InspectedArea whole = InspectedArea.Whole(_panel.Width, _panel.Length);
        return new InspectedArea(
            _left?.Shift(inside) ?? whole.Left,
            _right?.Shift(-inside) ?? whole.Right,
            _leading?.Shift(inside) ?? whole.Leading,
            _trailing?.Shift(-inside) ?? whole.Trailing)
        {
            LeadingRadius = _leading is null ? 0 : radius,
            TrailingRadius = _trailing is null ? 0 : radius,
        };
    }

    private EdgeLine? AlongEdge(TileRow row, bool isLeft)
    {
        int search = (int)(row.Width * _options.SearchFraction);
        double corner = _options.CornerRadiusPixels + LineStep;
        int middle = isLeft ? search / 2 : row.Width - 1 - (search / 2);
        _points.Clear();
        for (int line = row.FirstLine; line < row.EndLine; line += LineStep)
        {
            if ((_leading is { } leading && line < leading.At(middle) + corner)
                || (_trailing is { } trailing && line > trailing.At(middle) - corner))
            {
                continue;
            }

            StepScan scan = new(row.Line(line), isLeft ? 0 : row.Width - 1, isLeft ? 1 : -1, search, _isInverted, _options.Level);
            if (scan.TryFind(out double position))
            {
                _points.Add(line, position);
            }
        }

        return _points.Fit(FewestPoints, LargestSlope);
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

    // Whether more than specks of the part are seen from a line on.
    private bool ShowsPart(TileRow row, int fromLine)
    {
        int part = 0;
        int samples = 0;
        for (int line = Math.Max(fromLine, row.FirstLine); line < row.EndLine; line += LineStep)
        {
            ReadOnlySpan<byte> pixels = row.Line(line);
            for (int x = 0; x < row.Width; x += LineStep)
            {
                samples++;
                part += pixels[x] > _options.Level != _isInverted ? 1 : 0;
            }
        }

        return part * 20 > samples;
    }
}

using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Stitching;
using MpcgLine.Inspection.Tiling;

namespace MpcgLine.Inspection.Regions;

/// <summary>
/// The findings of one panel as they come in, tile row by tile row: only the cores of the tiles, each panel pixel once,
/// and only inside the inspected area. Inference thread only.
/// </summary>
internal sealed class PanelRegions
{
    private const int Cell = TileRowFindings.ScoreCell;

    private readonly int _width;
    private readonly PixelPitch _pitch;
    private readonly RegionJoiner _joiner;
    private readonly byte[] _defective;
    private readonly sbyte[] _residual;
    private readonly float[] _scores;
    private readonly int _scoreWidth;

    // Tile columns whose part of the row's pixels may hold defective ones: most often none, and nothing is copied.
    private readonly bool[] _marked;
    private LineFit _left;
    private LineFit _leading;
    private InspectedArea _area;
    private int _lastRow = -1;

    // The row whose tiles are coming in, and its columns taken in without a gap; 0 once there was one.
    private int _rowTaken;
    private int _columnsTaken;
    private float _threshold;

    public PanelRegions(int width, PixelPitch pitch, RegionOptions options)
    {
        _width = width;
        _pitch = pitch;
        _joiner = new RegionJoiner(width, options);
        _defective = new byte[TileGrid.Stride * width];
        _residual = new sbyte[TileGrid.Stride * width];
        _scoreWidth = (width + Cell - 1) / Cell;
        _scores = new float[TileGrid.Stride / Cell * _scoreWidth];
        _marked = new bool[new TileAxis(width).Count];
    }

    /// <summary>The panel whose findings are collected.</summary>
    public PanelStamp Panel { get; private set; }

    /// <summary>Tile rows taken in whole.</summary>
    public int TileRows { get; private set; }

    /// <summary>Tiles taken in.</summary>
    public int Tiles { get; private set; }

    /// <summary>Pixels that were inspected.</summary>
    public long InspectedPixels { get; private set; }

    /// <summary>Regions below the minimum area.</summary>
    public long SmallCount => _joiner.SmallCount;

    /// <summary>Regions dropped because the panel has too many.</summary>
    public long DroppedCount => _joiner.DroppedCount;

    /// <summary>Regions that lie beyond an edge found only after their tile row.</summary>
    public long OutsideCount { get; private set; }

    /// <summary>Starts a panel afresh.</summary>
    public void Begin(PanelStamp panel)
    {
        Panel = panel;
        TileRows = 0;
        Tiles = 0;
        InspectedPixels = 0;
        OutsideCount = 0;
        _lastRow = -1;
        _left = default;
        _leading = default;
        _area = InspectedArea.Whole(panel.Width, panel.Length);
        _joiner.Reset();
    }

    /// <summary>Takes the cores of some tiles of a row, in order; all tiles of the row before <see cref="CompleteRow"/>.</summary>
    /// <param name="row">The row.</param>
    /// <param name="firstColumn">Column of findings tile 0.</param>
    /// <param name="findings">Of <c>findings.TileCount</c> tiles.</param>
    /// <returns>Whether all tiles of the row are there.</returns>
    public bool AddTiles(in TileRowPlace row, int firstColumn, TileRowFindings findings)
    {
        // Tiles before these may be missing: the stage failed.
        bool follows = firstColumn == 0 || (row.Row == _rowTaken && firstColumn == _columnsTaken);
        for (int tile = 0; tile < findings.TileCount; tile++)
        {
            CopyCore(row, firstColumn + tile, tile, findings);
        }

        (_rowTaken, _columnsTaken) = (row.Row, follows ? firstColumn + findings.TileCount : 0);
        Tiles += findings.TileCount;
        _threshold = findings.Threshold;
        return _columnsTaken == row.Grid.Columns;
    }

    /// <summary>Joins the row's defective pixels to the panel's regions.</summary>
    public void CompleteRow(in TileRowPlace row)
    {
        if (row.Row <= _lastRow)
        {
            throw new InvalidOperationException($"Tile row {row.Row} of panel {Panel.Panel} came after row {_lastRow}.");
        }

        int first = TileAxis.CoreStart(row.Row);
        int end = row.Grid.Along.CoreEnd(row.Row);
        bool anyDefective = _marked.AsSpan().Contains(true);
        for (int line = first; line < end; line++)
        {
            (int from, int to) = row.Area.Columns(line, _width);
            InspectedPixels += to - from;
            if (!anyDefective)
            {
                continue;
            }

            int offset = (line - first) * _width;
            Span<byte> defective = _defective.AsSpan(offset, _width);
            defective[..from].Clear();
            defective[to..].Clear();
            _joiner.AddLine(
                line,
                defective,
                _residual.AsSpan(offset, _width),
                _scores.AsSpan((line - first) / Cell * _scoreWidth, _scoreWidth));
        }

        NoteEdges(row, first, end);
        _lastRow = row.Row;
        TileRows++;
    }

    /// <summary>Ends the panel: its defects, largest score first.</summary>
    public IReadOnlyList<Defect> Conclude()
    {
        _joiner.CloseAll();
        PartFrame frame = PartFrame.Of(_left.Line(), _leading.Line(), _pitch);
        List<Defect> defects = new(_joiner.Closed.Count);
        foreach (Region region in _joiner.Closed)
        {
            // Only a trailing edge can turn up after the row above it was inspected; the lines between belong to no part.
            if (region.Top > _area.Trailing.At(region.CentroidX))
            {
                OutsideCount++;
                continue;
            }

            defects.Add(DefectMeasurer.Measure(region, frame, _pitch, _threshold));
        }

        defects.Sort(static (a, b) => Compare(a, b));
        return defects;
    }

    // Ties are broken by position, so that the order does not depend on the order in which regions closed.
    private static int Compare(Defect a, Defect b)
    {
        int byScore = b.Score.CompareTo(a.Score);
        int byLine = byScore != 0 ? byScore : a.Box.Y.CompareTo(b.Box.Y);
        return byLine != 0 ? byLine : a.Box.X.CompareTo(b.Box.X);
    }

    private void NoteEdges(in TileRowPlace row, int first, int end)
    {
        if (row.Edges.Left is { } left)
        {
            _left.Add(left, first, end - 1);
        }

        if (row.Edges.Leading is { } leading)
        {
            _leading.Add(leading, 0, _width - 1);
        }

        if (row.Edges.Trailing is not null)
        {
            _area = row.Area;
        }
    }

    private void CopyCore(in TileRowPlace row, int column, int tile, TileRowFindings findings)
    {
        PixelBox core = row.Grid.Core(row.Row, column);
        TileOrigin origin = row.Grid.Origin(row.Row, column);
        int x = core.X - origin.X;
        int y = core.Y - origin.Y;
        if (!findings.MayBeDefective(tile))
        {
            ClearMarks(column, core);
            return;
        }

        _marked[column] = true;
        for (int line = 0; line < core.Height; line++)
        {
            int source = ((y + line) * TileGrid.Size) + x;
            int target = (line * _width) + core.X;
            findings.Defective(tile).Slice(source, core.Width).CopyTo(_defective.AsSpan(target));
            findings.Residual(tile).Slice(source, core.Width).CopyTo(_residual.AsSpan(target));
        }

        int cells = (core.Width + Cell - 1) / Cell;
        for (int line = 0; line < core.Height; line += Cell)
        {
            int source = ((y + line) / Cell * TileRowFindings.ScoreSize) + (x / Cell);
            findings.Scores(tile).Slice(source, cells).CopyTo(_scores.AsSpan((line / Cell * _scoreWidth) + (core.X / Cell)));
        }
    }

    private void ClearMarks(int column, PixelBox core)
    {
        for (int line = 0; _marked[column] && line < TileGrid.Stride; line++)
        {
            _defective.AsSpan((line * _width) + core.X, core.Width).Clear();
        }

        _marked[column] = false;
    }
}

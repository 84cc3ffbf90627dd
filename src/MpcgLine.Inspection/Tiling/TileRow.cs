using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Stitching;

namespace MpcgLine.Inspection.Tiling;

/// <summary>
/// Buffer of one row of tiles: up to 512 corrected lines of a panel. Allocated once by its <see cref="TileRowPool"/>.
/// Owned by the stitching side until it is given out complete, then by the inference side until it is returned to
/// the pool; never touched by both.
/// </summary>
public sealed class TileRow
{
    private readonly byte[] _pixels;
    private TileGrid? _grid;

    internal TileRow(int width)
    {
        Width = width;
        _pixels = new byte[checked(width * TileGrid.Size)];
    }

    /// <summary>Pixels per line.</summary>
    public int Width { get; }

    /// <summary>The panel the lines belong to.</summary>
    public PanelStamp Panel { get; private set; }

    /// <summary>The panel's grid.</summary>
    public TileGrid Grid => _grid ?? throw new InvalidOperationException("The tile row holds no panel.");

    /// <summary>Which row of the grid this is.</summary>
    public int Row { get; private set; }

    /// <summary>First panel line held.</summary>
    public int FirstLine { get; private set; }

    /// <summary>First panel line behind those held.</summary>
    public int EndLine { get; private set; }

    /// <summary>Lines that arrived.</summary>
    public int LinesPresent { get; private set; }

    /// <summary>Whether every line of the panel that lies in this row is there.</summary>
    public bool IsComplete => LinesPresent == EndLine - FirstLine;

    /// <summary>Tiles in the row.</summary>
    public int Columns => Grid.Columns;

    /// <summary>What of the row is inspected.</summary>
    public InspectedArea Area { get; internal set; }

    /// <summary>Where the part lies, as far as this row shows it.</summary>
    public PartEdges Edges { get; internal set; }

    /// <summary>Which row this is; stays true when the buffer is filled anew.</summary>
    internal TileRowPlace Place => new(Panel, Grid, Row, Area, Edges);

    /// <summary>One line as it was corrected, by its index in the panel (<see cref="FirstLine"/> .. <see cref="EndLine"/> - 1).</summary>
    public ReadOnlySpan<byte> Line(int panelLine) => _pixels.AsSpan((panelLine - FirstLine) * Width, Width);

    /// <summary>All lines held, <c>[EndLine - FirstLine, Width]</c>.</summary>
    internal ReadOnlySpan<byte> Lines => _pixels.AsSpan(0, (EndLine - FirstLine) * Width);

    /// <summary>Copies a tile, <c>[512, 512]</c> gray levels, reflected where it reaches over the panel's border.</summary>
    public void CopyTile(int column, Span<byte> destination)
    {
        TileOrigin origin = Grid.Origin(Row, column);
        for (int y = 0; y < TileGrid.Size; y++)
        {
            int line = Grid.Along.Reflect(origin.Y + y);
            Grid.CopyTileLine(Line(line), origin.X, destination.Slice(y * TileGrid.Size, TileGrid.Size));
        }
    }

    /// <summary>Whether every pixel of a tile may be judged: most often so, and then <see cref="CopyInspected"/> would only say 1.</summary>
    public bool IsWhollyInspected(int column)
    {
        // The area is convex: what holds for the first and the last line holds for all between.
        TileOrigin origin = Grid.Origin(Row, column);
        int last = origin.Y + TileGrid.Size - 1;
        return origin.Y >= FirstLine && last < EndLine && Covers(origin.Y, origin.X) && Covers(last, origin.X);
    }

    /// <summary>
    /// Whether no pixel that a tile answers for may be judged: nothing that is found in it belongs to a panel, whatever it is.
    /// </summary>
    public bool IsOutside(int column)
    {
        PixelBox core = Grid.Core(Row, column);
        for (int line = core.Y; line < core.Bottom; line++)
        {
            (int first, int end) = Area.Columns(line, Width);
            if (first < core.Right && end > core.X)
            {
                return false;
            }
        }

        return true;
    }

    private bool Covers(int line, int tileX)
    {
        (int first, int end) = Area.Columns(line, Width);
        return first <= tileX && end >= tileX + TileGrid.Size;
    }

    /// <summary>
    /// Copies what of a tile may be judged, <c>[512, 512]</c>: 1 for a real pixel inside the inspected area, 0 for
    /// reflection, surroundings and edge distance.
    /// </summary>
    public void CopyInspected(int column, Span<byte> destination)
    {
        TileOrigin origin = Grid.Origin(Row, column);
        for (int y = 0; y < TileGrid.Size; y++)
        {
            int line = origin.Y + y;
            (int first, int end) = line >= FirstLine && line < EndLine ? Area.Columns(line, Width) : (0, 0);
            first = Math.Clamp(first - origin.X, 0, TileGrid.Size);
            end = Math.Clamp(end - origin.X, first, TileGrid.Size);
            Span<byte> pixels = destination.Slice(y * TileGrid.Size, TileGrid.Size);
            pixels[..first].Clear();
            pixels[first..end].Fill(1);
            pixels[end..].Clear();
        }
    }

    internal void Begin(PanelStamp panel, TileGrid grid, int row)
    {
        Panel = panel;
        _grid = grid;
        Row = row;
        int origin = grid.Along.Origin(row);
        FirstLine = Math.Max(0, origin);
        EndLine = Math.Min(panel.Length, origin + TileGrid.Size);
        LinesPresent = 0;
        Area = InspectedArea.Whole(panel.Width, panel.Length);
        Edges = default;
    }

    internal Span<byte> WritableLine(int panelLine) => _pixels.AsSpan((panelLine - FirstLine) * Width, Width);

    internal void CountLine() => LinesPresent++;
}

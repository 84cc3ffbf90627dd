using MpcgLine.Inspection;
using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Tiling;

namespace MpcgLine.Learning.Evaluation;

/// <summary>
/// Stands between pipeline and inference stage and counts, over the cores of a panel's tiles, the pixels that are
/// detected, marked, or both.
/// </summary>
internal sealed class MaskOverlap(ITileInspector inner) : ITileInspector
{
    private TileGrid? _grid;
    private GrayImage? _mask;
    private int _next;

    /// <summary>Pixels both detected and marked.</summary>
    public long Both { get; private set; }

    /// <summary>Pixels detected or marked.</summary>
    public long Either { get; private set; }

    /// <inheritdoc/>
    public int MaxTiles => inner.MaxTiles;

    /// <summary>Counts the panel that comes next.</summary>
    /// <param name="width">Its columns.</param>
    /// <param name="height">Its lines.</param>
    /// <param name="mask">What is marked; null for nothing.</param>
    public void Start(int width, int height, GrayImage? mask)
    {
        _grid = new TileGrid(width, height);
        _mask = mask;
        _next = 0;
    }

    /// <summary>Does not count the panels that come next.</summary>
    public void Stop() => _grid = null;

    /// <inheritdoc/>
    public Span<byte> Tile(int index) => inner.Tile(index);

    /// <inheritdoc/>
    public Span<byte> Inspected(int index) => inner.Inspected(index);

    /// <inheritdoc/>
    public void MarkOutside(int index) => inner.MarkOutside(index);

    /// <inheritdoc/>
    public void Inspect(int tileCount, TileRowFindings findings)
    {
        inner.Inspect(tileCount, findings);
        for (int tile = 0; tile < tileCount && _grid is not null; tile++)
        {
            (int row, int column) = Math.DivRem(_next++, _grid.Columns);
            Count(findings.Defective(tile), _grid.Core(row, column), _grid.Origin(row, column));
        }
    }

    private void Count(ReadOnlySpan<byte> defective, PixelBox core, TileOrigin origin)
    {
        for (int y = core.Y; y < core.Bottom; y++)
        {
            for (int x = core.X; x < core.Right; x++)
            {
                bool isDetected = defective[((y - origin.Y) * TileGrid.Size) + x - origin.X] != 0;
                bool isMarked = _mask is not null && _mask[x, y] >= MaskComponents.DefectiveFrom;
                Both += isDetected && isMarked ? 1 : 0;
                Either += isDetected || isMarked ? 1 : 0;
            }
        }
    }
}

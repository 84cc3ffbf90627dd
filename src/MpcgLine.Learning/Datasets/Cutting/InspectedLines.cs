using MpcgLine.Inspection;
using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Stitching;
using MpcgLine.Inspection.Tiling;
using MpcgLine.Inspection.Verdicts;

namespace MpcgLine.Learning.Datasets.Cutting;

/// <summary>
/// Finds what of an image inspection would look at, through the pipeline itself: an inference stage that suspects
/// nothing and notes which pixels it was shown as part.
/// </summary>
internal sealed class InspectedLines : ITileInspector
{
    private const int Batch = 4;

    private readonly byte[] _tiles = new byte[Batch * TileGrid.Size * TileGrid.Size];
    private readonly byte[] _inspected = new byte[Batch * TileGrid.Size * TileGrid.Size];
    private readonly EdgeOptions _edges;
    private readonly ImageInspector _images;
    private (int First, int End)[] _lines = [];
    private TileGrid? _grid;
    private int _tile;
    private int _outside;

    public InspectedLines(EdgeOptions edges)
    {
        _edges = edges;
        _images = new ImageInspector(this, edges);
    }

    /// <inheritdoc/>
    public int MaxTiles => Batch;

    /// <summary>Inspected columns of each line, first and first behind; equal where there are none.</summary>
    /// <exception cref="DatasetException">No part is found in it; the message begins with <paramref name="name"/>.</exception>
    public (int First, int End)[] Find(string name, GrayImage image)
    {
        if (_edges.Mode == EdgeMode.None)
        {
            return [.. Enumerable.Repeat((0, image.Width), image.Height)];
        }

        if (_edges.Mode == EdgeMode.Web && image.Width < EdgeOptions.SmallestWebWidth)
        {
            throw new DatasetException($"{name}: {image.Width} px wide; at least {EdgeOptions.SmallestWebWidth} px are needed (--edges web).");
        }

        _grid = new TileGrid(image.Width, image.Height);
        _lines = new (int, int)[image.Height];
        _tile = _outside = 0;
        PanelVerdict verdict = _images.Inspect(image);
        return verdict.Verdict != Verdict.NotInspected
            ? _lines
            : throw new DatasetException($"{name}: {_images.Explain(verdict)}");
    }

    /// <summary>Tiles of an image that answer for inspected pixels.</summary>
    /// <exception cref="DatasetException">As from <see cref="Find"/>.</exception>
    public int CountTiles(string name, GrayImage image)
    {
        Find(name, image);
        TileGrid grid = new(image.Width, image.Height);
        return (grid.Rows * grid.Columns) - _outside;
    }

    /// <inheritdoc/>
    public Span<byte> Tile(int index) => _tiles.AsSpan(index * TileGrid.Size * TileGrid.Size, TileGrid.Size * TileGrid.Size);

    /// <inheritdoc/>
    public Span<byte> Inspected(int index) => _inspected.AsSpan(index * TileGrid.Size * TileGrid.Size, TileGrid.Size * TileGrid.Size);

    /// <inheritdoc/>
    public void MarkOutside(int index)
    {
        Inspected(index).Clear();
        _outside++;
    }

    /// <inheritdoc/>
    public void Inspect(int tileCount, TileRowFindings findings)
    {
        findings.TileCount = tileCount;
        findings.Threshold = 1;
        for (int tile = 0; tile < tileCount; tile++, _tile++)
        {
            findings.ClearDefective(tile);
            findings.Residual(tile).Clear();
            findings.Scores(tile).Clear();
            Note(_grid!.Origin(_tile / _grid.Columns, _tile % _grid.Columns), Inspected(tile));
        }
    }

    private void Note(TileOrigin origin, ReadOnlySpan<byte> inspected)
    {
        for (int y = Math.Max(0, -origin.Y); y < TileGrid.Size && origin.Y + y < _lines.Length; y++)
        {
            ReadOnlySpan<byte> row = inspected.Slice(y * TileGrid.Size, TileGrid.Size);
            int first = row.IndexOf((byte)1);
            if (first >= 0)
            {
                ref (int First, int End) line = ref _lines[origin.Y + y];
                int from = origin.X + first, to = origin.X + row.LastIndexOf((byte)1) + 1;
                line = line.First == line.End ? (from, to) : (Math.Min(line.First, from), Math.Max(line.End, to));
            }
        }
    }
}

using MpcgLine.Inspection;
using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Tiling;

namespace MpcgLine.Learning.Datasets.Reports;

/// <summary>
/// Stands between pipeline and inference stage and keeps of an image its highest score, where that lies, and its
/// largest mean residual of a tile.
/// </summary>
internal sealed class SurpriseRecorder(ITileInspector inner) : ITileInspector
{
    private TileGrid? _grid;
    private int _tile;

    /// <inheritdoc/>
    public int MaxTiles => inner.MaxTiles;

    /// <summary>The image's highest score; negative infinity where nothing was inspected.</summary>
    public float Score { get; private set; }

    /// <summary>Where it lies, px.</summary>
    public (int X, int Y) Place { get; private set; }

    /// <summary>Largest mean absolute residual of a tile, gray levels.</summary>
    public double Residual { get; private set; }

    /// <inheritdoc/>
    public Span<byte> Tile(int index) => inner.Tile(index);

    /// <inheritdoc/>
    public Span<byte> Inspected(int index) => inner.Inspected(index);

    /// <inheritdoc/>
    public void MarkOutside(int index) => inner.MarkOutside(index);

    /// <summary>The next tile is the first of an image of this size.</summary>
    public void Begin(int width, int height)
    {
        _grid = new TileGrid(width, height);
        _tile = 0;
        Score = float.NegativeInfinity;
        Place = (0, 0);
        Residual = 0;
    }

    /// <inheritdoc/>
    public void Inspect(int tileCount, TileRowFindings findings)
    {
        inner.Inspect(tileCount, findings);
        for (int tile = 0; tile < tileCount; tile++, _tile++)
        {
            TileOrigin origin = _grid!.Origin(_tile / _grid.Columns, _tile % _grid.Columns);
            TakeScore(findings.Scores(tile), origin);
            Residual = Math.Max(Residual, MeanResidual(findings.Residual(tile), inner.Inspected(tile)));
        }
    }

    /// <summary>Margins are left to the neighbours, as inspection does.</summary>
    private void TakeScore(ReadOnlySpan<float> scores, TileOrigin origin)
    {
        const int size = TileRowFindings.ScoreSize, cell = TileRowFindings.ScoreCell, margin = TileGrid.Margin / cell;
        for (int y = margin; y < size - margin; y++)
        {
            for (int x = margin; x < size - margin; x++)
            {
                if (scores[(y * size) + x] > Score)
                {
                    Score = scores[(y * size) + x];
                    Place = (origin.X + (x * cell), origin.Y + (y * cell));
                }
            }
        }
    }

    private static double MeanResidual(ReadOnlySpan<sbyte> residual, ReadOnlySpan<byte> inspected)
    {
        long sum = 0, count = 0;
        for (int i = 0; i < residual.Length; i++)
        {
            if (inspected[i] != 0)
            {
                sum += Math.Abs((int)residual[i]);
                count++;
            }
        }

        // A sliver of a tile would stand for its few pixels alone.
        return count >= residual.Length / 64 ? (double)sum / count : 0;
    }
}

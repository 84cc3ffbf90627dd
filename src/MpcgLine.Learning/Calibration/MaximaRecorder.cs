using MpcgLine.Inspection;
using MpcgLine.Inspection.Tiling;
using MpcgLine.Learning.Datasets;

namespace MpcgLine.Learning.Calibration;

/// <summary>
/// Stands between pipeline and inference stage and keeps the largest score and change of every tile, so that
/// calibration sees exactly what inspection will see.
/// </summary>
internal sealed class MaximaRecorder(ITileInspector inner) : ITileInspector
{
    private readonly List<double> _scores = [];
    private readonly List<double> _changes = [];

    /// <inheritdoc/>
    public int MaxTiles => inner.MaxTiles;

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
        for (int tile = 0; tile < tileCount; tile++)
        {
            // Cells without an inspected pixel have a score of negative infinity.
            double score = CoreMaximum(findings.Scores(tile), TileRowFindings.ScoreSize, inspected: []);
            if (!double.IsNegativeInfinity(score))
            {
                _scores.Add(score);
                _changes.Add(CoreMaximum(findings.Changes(tile), TileRowFindings.PatchCount, inner.Inspected(tile)));
            }
        }
    }

    /// <summary>What was recorded since the last call.</summary>
    /// <exception cref="DatasetException">A maximum is not a number; names the image.</exception>
    public TileMaxima Take(string name)
    {
        var maxima = new TileMaxima(name, [.. _scores], [.. _changes]);
        _scores.Clear();
        _changes.Clear();
        return maxima.Scores.Concat(maxima.Changes).All(double.IsFinite)
            ? maxima
            : throw new DatasetException($"{name}: the networks gave scores that are not finite numbers; no threshold can be set from it.");
    }

    /// <summary>Largest value over the tile's core: reflections and margins belong to a neighbour or to nobody.</summary>
    /// <param name="map"><c>[edge, edge]</c>.</param>
    /// <param name="edge">Cells along the tile's edge.</param>
    /// <param name="inspected"><c>[512, 512]</c>, to leave out cells without an inspected pixel; empty to look at all.</param>
    private static double CoreMaximum(ReadOnlySpan<float> map, int edge, ReadOnlySpan<byte> inspected)
    {
        int cellPixels = TileGrid.Size / edge, margin = TileGrid.Margin / cellPixels;
        float most = float.NegativeInfinity;
        for (int y = margin; y < edge - margin; y++)
        {
            for (int x = margin; x < edge - margin; x++)
            {
                if (inspected.IsEmpty || IsInspected(inspected, x * cellPixels, y * cellPixels, cellPixels))
                {
                    most = Math.Max(most, map[(y * edge) + x]);
                }
            }
        }

        return most;
    }

    private static bool IsInspected(ReadOnlySpan<byte> inspected, int x0, int y0, int size)
    {
        for (int y = y0; y < y0 + size; y++)
        {
            if (inspected.Slice((y * TileGrid.Size) + x0, size).ContainsAnyExcept((byte)0))
            {
                return true;
            }
        }

        return false;
    }
}

using MpcgLine.Inspection;
using MpcgLine.Inspection.Tiling;

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
    public void Inspect(int tileCount, TileRowFindings findings)
    {
        inner.Inspect(tileCount, findings);
        for (int tile = 0; tile < tileCount; tile++)
        {
            // Reflections and margins belong to a neighbour or to nobody.
            double score = CoreMaximum(findings.Scores(tile), TileRowFindings.ScoreSize, TileRowFindings.ScoreCell);
            if (!double.IsNegativeInfinity(score))
            {
                _scores.Add(score);
                _changes.Add(CoreMaximum(findings.Changes(tile), TileRowFindings.PatchCount, TileGrid.Size / TileRowFindings.PatchCount));
            }
        }
    }

    /// <summary>What was recorded since the last call.</summary>
    public TileMaxima Take(string name)
    {
        var maxima = new TileMaxima(name, [.. _scores], [.. _changes]);
        _scores.Clear();
        _changes.Clear();
        return maxima;
    }

    private static double CoreMaximum(ReadOnlySpan<float> map, int edge, int cellPixels)
    {
        int margin = TileGrid.Margin / cellPixels;
        float most = float.NegativeInfinity;
        for (int y = margin; y < edge - margin; y++)
        {
            foreach (float value in map.Slice((y * edge) + margin, edge - (2 * margin)))
            {
                most = Math.Max(most, value);
            }
        }

        return most;
    }
}

using MpcgLine.Inspection.Tiling;

namespace MpcgLine.Learning.Baselines;

/// <summary>
/// A median filter in place of the regional analysis (Table 2): a pixel is suspect where
/// <c>median(residual) >= mu + gamma * sigma</c>, mu and sigma being those of the tile's unfiltered residual. Taking the
/// median and comparing can be exchanged, so this is the median filter of the compared picture as well. A cell's score is
/// its largest <c>(median - mu) / sigma</c>.
/// </summary>
internal sealed class MedianRule : IScoreRule
{
    /// <summary>
    /// Edge of the filter, px. The paper says no more than that a large one was needed, and that it erased small defects:
    /// 9 is the smallest that erases a strip 4 px wide, its narrowest defect (4 of 9 columns are fewer than half).
    /// </summary>
    public const int Edge = 9;

    private const int Pixels = TileRowFindings.TileSize * TileRowFindings.TileSize;

    private readonly byte[] _residual = new byte[Pixels];
    private readonly byte[] _median = new byte[Pixels];
    private readonly float[] _distance = new float[Pixels];

    /// <inheritdoc/>
    public void Score(TileRowFindings findings, int tile, ReadOnlySpan<byte> inspected)
    {
        ReadOnlySpan<sbyte> residual = findings.Residual(tile);
        for (int i = 0; i < Pixels; i++)
        {
            _residual[i] = (byte)Math.Abs(residual[i]);
            _distance[i] = _residual[i];
        }

        Moments moments = Moments.Of(_distance, inspected);
        MedianFilter.Apply(_residual, inspected, Edge, _median);
        for (int i = 0; i < Pixels; i++)
        {
            _distance[i] = moments.Standardised(_median[i]);
        }

        CellScores.Highest(_distance, inspected, findings.Scores(tile));
    }
}

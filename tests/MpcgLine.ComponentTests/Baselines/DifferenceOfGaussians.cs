using MpcgLine.Inspection;
using MpcgLine.Inspection.Tiling;

namespace MpcgLine.ComponentTests.Baselines;

/// <summary>
/// The detector anybody would write first, in place of the networks: differences of Gaussians at three scales for
/// defects about 4, 8 and 16 px wide, dark or bright, each scale with a limit of its own. A pixel's score is its largest
/// response in units of the limits. Everything before and after is the program's: tiles, inspected area, regions.
/// </summary>
/// <remarks>
/// A strip w px wide answers best to the second derivative of a Gaussian of 0.29 w, a disc to one of 0.35 w: each pair
/// (s, 1.6 s) lies around that. Only inspected pixels are averaged (normalised convolution), so the step at the part's
/// edge costs it nothing. The responses of panels once seen are kept, so that many thresholds can be tried on them.
/// </remarks>
internal sealed class DifferenceOfGaussians : ITileInspector
{
    public const int Scales = 3;

    private const int Size = TileGrid.Size, TilePixels = Size * Size, Cell = TileRowFindings.ScoreCell;
    private const float Ratio = 1.6f;
    private static readonly float[] Sigmas = [1.1f, 2.2f, 4.4f];

    private readonly byte[] _tile = new byte[TilePixels];
    private readonly byte[] _inspected = new byte[TilePixels];
    private readonly float[] _levels = new float[TilePixels];
    private readonly float[] _area = new float[TilePixels];
    private readonly float[] _narrow = new float[TilePixels];
    private readonly float[] _wide = new float[TilePixels];
    private readonly float[] _weight = new float[TilePixels];
    private readonly List<float[]> _kept = [];
    private int _next;

    /// <inheritdoc/>
    public int MaxTiles => 1;

    /// <summary>Gray levels that make a score of 1, per scale.</summary>
    public float[] Limits { get; set; } = [1, 1, 1];

    /// <summary>Scores from here on are defective.</summary>
    public float Threshold { get; set; } = float.MaxValue;

    /// <inheritdoc/>
    public Span<byte> Tile(int index) => _tile;

    /// <inheritdoc/>
    public Span<byte> Inspected(int index) => _inspected;

    /// <summary>The same tiles come again, in the same order.</summary>
    public void Rewind() => _next = 0;

    /// <summary>Other tiles come.</summary>
    public void Forget()
    {
        _kept.Clear();
        _next = 0;
    }

    /// <inheritdoc/>
    public void Inspect(int tileCount, TileRowFindings findings)
    {
        if (_next == _kept.Count)
        {
            _kept.Add(Respond());
        }

        float[] responses = _kept[_next++];
        Span<float> scores = findings.Scores(0);
        scores.Fill(float.NegativeInfinity);
        for (int i = 0; i < TilePixels; i++)
        {
            (float score, float response) = _inspected[i] != 0 ? Score(responses, i) : (float.NegativeInfinity, 0);
            findings.WritableDefective(0)[i] = (byte)(score >= Threshold ? 1 : 0);
            findings.Residual(0)[i] = (sbyte)Math.Clamp(response, -127, 127);
            ref float cell = ref scores[(i / Size / Cell * TileRowFindings.ScoreSize) + (i % Size / Cell)];
            cell = Math.Max(cell, score);
        }

        findings.Changes(0).Clear();
        findings.TileCount = 1;
        findings.Threshold = Threshold;
    }

    private (float Score, float Response) Score(float[] responses, int pixel)
    {
        (float best, float response) = (0, 0);
        for (int scale = 0; scale < Scales; scale++)
        {
            float at = responses[(scale * TilePixels) + pixel];
            float score = Math.Abs(at) / Limits[scale];
            if (score > best)
            {
                (best, response) = (score, at);
            }
        }

        return (best, response);
    }

    /// <summary>Narrow minus wide mean of every scale, <c>[Scales, 512, 512]</c> gray levels.</summary>
    private float[] Respond()
    {
        for (int i = 0; i < TilePixels; i++)
        {
            _area[i] = _inspected[i];
            _levels[i] = _inspected[i] * _tile[i];
        }

        float[] responses = new float[Scales * TilePixels];
        for (int scale = 0; scale < Scales; scale++)
        {
            Mean(Sigmas[scale], _narrow);
            Mean(Sigmas[scale] * Ratio, _wide);
            Outline((int)Math.Ceiling(3 * Sigmas[scale]), responses.AsSpan(scale * TilePixels, TilePixels));
        }

        return responses;
    }

    /// <summary>
    /// Keeps what reaches half the largest response nearby: the rings around a plain defect, of the other sign, would
    /// make its region too large to count.
    /// </summary>
    private void Outline(int radius, Span<float> response)
    {
        for (int i = 0; i < TilePixels; i++)
        {
            response[i] = _narrow[i] - _wide[i];
            _narrow[i] = Math.Abs(response[i]);
        }

        SquareFilters.Maximum(_narrow, _wide, radius);
        for (int i = 0; i < TilePixels; i++)
        {
            response[i] = 2 * _narrow[i] >= _wide[i] ? response[i] : 0;
        }
    }

    /// <summary>Gaussian mean of the inspected pixels.</summary>
    private void Mean(float sigma, float[] mean)
    {
        int radius = (int)Math.Ceiling(3 * sigma);
        float[] weights = [.. Enumerable.Range(-radius, (2 * radius) + 1).Select(x => MathF.Exp(-x * x / (2 * sigma * sigma)))];
        SquareFilters.Convolve(_levels, mean, weights);
        SquareFilters.Convolve(_area, _weight, weights);
        for (int i = 0; i < TilePixels; i++)
        {
            mean[i] /= Math.Max(_weight[i], 1e-6f);
        }
    }
}

using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Inspection.Tiling;

namespace MpcgLine.Learning.Baselines;

/// <summary>
/// MS-FCAE's residuals fused into one map.
/// </summary>
/// <remarks>
/// A level calls a pixel defective where <c>|residual| >= mu + gamma * sigma</c>, mu and sigma being those of good training
/// tiles on that level; two neighbouring levels have to agree, and either pair is enough (the fusion of Mei, Yang and Yin,
/// IEEE TIM 67, 2018, eqs. 10 and 11). With <c>z_l = (|residual_l| - mu_l) / sigma_l</c> that is
/// <c>max(min(z_0, z_1), min(z_1, z_2)) >= gamma</c>, for every gamma: the left side is the distance.
/// </remarks>
internal sealed class MsFcaeMap : IDistanceMap
{
    private const string MeansName = "residual.means", DeviationsName = "residual.deviations";
    private const int Size = TileRowFindings.TileSize;

    private readonly MsFcaeResiduals _residuals;
    private readonly Moments[] _moments;

    /// <summary>Takes what was learnt.</summary>
    /// <exception cref="ModelException">A tensor is missing or has another size.</exception>
    public MsFcaeMap(IReadOnlyDictionary<string, WeightArray> learnt)
    {
        _moments =
        [
            .. Numbers(learnt, MeansName).Zip(Numbers(learnt, DeviationsName), (mean, deviation) => new Moments(mean, deviation)),
        ];
        _residuals = new MsFcaeResiduals(learnt);
    }

    /// <summary>The residuals' means and deviations on good tiles, to be kept with the weights.</summary>
    public static IReadOnlyDictionary<string, WeightArray> Measure(IReadOnlyDictionary<string, WeightArray> weights, IReadOnlyList<byte[]> goodTiles)
    {
        using MsFcaeResiduals residuals = new(weights);
        double[] sums = new double[MsFcaeNetwork.Levels], squares = new double[MsFcaeNetwork.Levels];
        foreach (byte[] tile in goodTiles)
        {
            float[][] levels = residuals.Of(tile);
            for (int level = 0; level < levels.Length; level++)
            {
                sums[level] += levels[level].Average(r => (double)Math.Abs(r)) / goodTiles.Count;
                squares[level] += levels[level].Average(r => (double)r * r) / goodTiles.Count;
            }
        }

        return new Dictionary<string, WeightArray>
        {
            [MeansName] = new([MsFcaeNetwork.Levels], [.. sums.Select(mean => (float)mean)]),
            [DeviationsName] = new([MsFcaeNetwork.Levels], [.. squares.Zip(sums, (square, mean) => (float)Math.Sqrt(Math.Max(0, square - (mean * mean))))]),
        };
    }

    /// <inheritdoc/>
    public void Compare(ReadOnlySpan<byte> tile, ReadOnlySpan<byte> inspected, Span<float> distance, Span<sbyte> residual)
    {
        float[][] levels = _residuals.Of(tile);
        for (int i = 0; i < distance.Length; i++)
        {
            float fine = Standardised(levels, 0, i), middle = Standardised(levels, 1, i), coarse = Standardised(levels, 2, i);
            distance[i] = Math.Max(Math.Min(fine, middle), Math.Min(middle, coarse));
            residual[i] = (sbyte)Math.Clamp(MathF.Round(levels[0][i]), -127, 127);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _residuals.Dispose();

    /// <summary>A pixel's residual on a level, in deviations.</summary>
    private float Standardised(float[][] levels, int level, int pixel)
    {
        int y = pixel / Size >> level, x = pixel % Size >> level;
        return _moments[level].Standardised(Math.Abs(levels[level][(y * (Size >> level)) + x]));
    }

    private static float[] Numbers(IReadOnlyDictionary<string, WeightArray> learnt, string name) =>
        learnt.TryGetValue(name, out WeightArray? array) && array.Values.Length == MsFcaeNetwork.Levels
            ? array.Values
            : throw new ModelException($"{name} is missing or has another size.");
}

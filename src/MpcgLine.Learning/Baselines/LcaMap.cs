using MpcgLine.Inspection.Reconstruction;

namespace MpcgLine.Learning.Baselines;

/// <summary>
/// LCA, low-pass filtering with curvature analysis (Tsai and Huang, Image and Vision Computing 21, 2003).
/// </summary>
/// <remarks>
/// <c>F = DFT(tile)</c>; components with <c>sqrt(u^2 + v^2) > r*</c> are set to 0; <c>f'</c> = the inverse; a pixel is
/// defective outside <c>mu' +- k sigma'</c>, mu' and sigma' being those of f' over the tile's inspected pixels (ours).
/// The distance is <c>|f' - mu'| / sigma'</c>; its limit, k = 3 in statistical process control, is calibrated on good
/// images here. r* comes from good tiles: see <see cref="LcaRadius"/>.
/// </remarks>
internal sealed class LcaMap(double radius) : IDistanceMap
{
    private const string RadiusName = "lca.radius";

    private readonly TileSpectrum _spectrum = new();

    /// <summary>The map as it was learnt.</summary>
    /// <exception cref="ModelException">There is no radius.</exception>
    public static LcaMap Of(IReadOnlyDictionary<string, WeightArray> learnt) =>
        learnt.TryGetValue(RadiusName, out WeightArray? radius) && radius.Values is [> 0 and var r]
            ? new LcaMap(r)
            : throw new ModelException($"{RadiusName} is missing.");

    /// <summary>What is learnt: the radius.</summary>
    public static IReadOnlyDictionary<string, WeightArray> Learn(IReadOnlyList<byte[]> goodTiles) =>
        new Dictionary<string, WeightArray> { [RadiusName] = new([], [LcaRadius.Of(goodTiles)]) };

    /// <inheritdoc/>
    public void Compare(ReadOnlySpan<byte> tile, ReadOnlySpan<byte> inspected, Span<float> distance, Span<sbyte> residual)
    {
        _spectrum.Load(tile);
        Span<float> real = _spectrum.Real, imaginary = _spectrum.Imaginary;
        for (int i = 0; i < real.Length; i++)
        {
            int u = TileSpectrum.Frequency(i / TileSpectrum.Size), v = TileSpectrum.Frequency(i % TileSpectrum.Size);
            if ((u * u) + (v * v) > radius * radius)
            {
                real[i] = 0;
                imaginary[i] = 0;
            }
        }

        _spectrum.Restore();
        Moments moments = Moments.Of(real, inspected);
        for (int i = 0; i < real.Length; i++)
        {
            distance[i] = Math.Abs(moments.Standardised(real[i]));
            residual[i] = (sbyte)Math.Clamp(Math.Round(real[i] - moments.Mean), -127, 127);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}

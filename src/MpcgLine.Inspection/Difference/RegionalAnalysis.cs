using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.Inspection.Difference;

/// <summary>
/// The regional analysis module (RAM, section 2.4): the mean amplitude of each 32 x 32 patch's low DCT frequencies,
/// in the tile and in its reconstruction. Inference thread only.
/// </summary>
/// <remarks>
/// Symbols: N = s = 32 (patch and stride), L = 8 (corner), F(u,v) orthonormal DCT-II (Eqs. 17, 18),
/// f the feature (Eq. 19), epsilon the limit on its change (Eq. 20). Only the L x L corner is ever needed, so the
/// transform is two products with an 8 x 32 basis.
/// </remarks>
public sealed class RegionalAnalysis : IDisposable
{
    /// <summary>Patch edge N and stride s, px.</summary>
    public const int PatchSize = 32;

    /// <summary>Edge L of the low-frequency corner.</summary>
    public const int CornerSize = 8;

    private readonly Tensor _basis;
    private readonly Tensor _basisTransposed;
    private readonly Tensor _withoutMean;

    /// <summary>Places the constants on <paramref name="device"/>.</summary>
    public RegionalAnalysis(Device device)
    {
        using var scope = NewDisposeScope();
        Tensor basis = tensor(Basis(), [CornerSize, PatchSize]).to(device);
        var weights = new float[CornerSize * CornerSize];
        Array.Fill(weights, 1f / ((CornerSize * CornerSize) - 1));
        weights[0] = 0;
        _basis = basis.DetachFromDisposeScope();
        _basisTransposed = basis.t().contiguous().DetachFromDisposeScope();
        _withoutMean = tensor(weights, [CornerSize, CornerSize]).to(device).DetachFromDisposeScope();
    }

    /// <summary>First L rows of the orthonormal DCT-II matrix, <c>[L, N]</c> row-major (Eqs. 17, 18).</summary>
    internal static float[] Basis()
    {
        var basis = new float[CornerSize * PatchSize];
        for (int u = 0; u < CornerSize; u++)
        {
            double c = Math.Sqrt((u == 0 ? 1.0 : 2.0) / PatchSize);
            for (int x = 0; x < PatchSize; x++)
            {
                basis[(u * PatchSize) + x] = (float)(c * Math.Cos(((2 * x) + 1) * u * Math.PI / (2 * PatchSize)));
            }
        }

        return basis;
    }

    /// <summary>
    /// Feature f of every patch (Eq. 19, F read as absolute values).
    /// </summary>
    /// <param name="image"><c>[N, 1, H, W]</c> float32, gray levels 0..255, H and W multiples of 32.</param>
    /// <returns><c>[N, H/32, W/32]</c> float32, gray levels; belongs to the caller's dispose scope.</returns>
    public Tensor Feature(Tensor image)
    {
        long rows = image.shape[2] / PatchSize;
        long columns = image.shape[3] / PatchSize;
        Tensor patches = image.view(image.shape[0], rows, PatchSize, columns, PatchSize).permute(0, 1, 3, 2, 4).contiguous();
        Tensor corner = matmul(matmul(_basis, patches), _basisTransposed);
        return corner.abs().mul(_withoutMean).sum([3L, 4L]);
    }

    /// <summary>The change of the feature, <c>|f(src) - f(rec)|</c> (left side of Eq. 20), <c>[N, H/32, W/32]</c>.</summary>
    public Tensor Change(Tensor tiles, Tensor reconstruction) => Feature(tiles).sub(Feature(reconstruction)).abs();

    /// <inheritdoc/>
    public void Dispose()
    {
        _basis.Dispose();
        _basisTransposed.Dispose();
        _withoutMean.Dispose();
    }
}

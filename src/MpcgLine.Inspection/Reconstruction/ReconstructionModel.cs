using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.Inspection.Reconstruction;

/// <summary>
/// The trained autoencoder, folded for inference: <c>Irec = D(E(Isrc))</c> (Eqs. 1, 3, 4). Inference thread only.
/// </summary>
public sealed class ReconstructionModel : IDisposable
{
    private readonly FoldedLayer[] _layers;
    private readonly ScalarType _precision;
    private readonly Tensor _grayLevels;
    private readonly Scalar _black = 0.ToScalar();
    private readonly Scalar _white = 255.ToScalar();

    /// <summary>Builds the layers from weights by name (float32, CPU; not taken over).</summary>
    public ReconstructionModel(double width, IReadOnlyDictionary<string, Tensor> weights, ScalarType precision, Device device)
    {
        _precision = precision;
        _layers = [.. ReconstructionLayers.Table4(width).Select(shape => new FoldedLayer(shape, weights, precision, device))];
        // Constants are held, as tensors or scalars: see FoldedLayer.
        _grayLevels = Constants.OnDevice(255, device);
    }

    /// <summary>
    /// Background of a batch of tiles.
    /// </summary>
    /// <param name="tiles"><c>[N, 1, 512, 512]</c> float32, gray levels 0..255, on the model's device.</param>
    /// <returns><c>[N, 1, 512, 512]</c> float32, gray levels clamped to 0..255; belongs to the caller's dispose scope.</returns>
    public Tensor Reconstruct(Tensor tiles)
    {
        Tensor x = tiles.div(_grayLevels).to(_precision);
        foreach (FoldedLayer layer in _layers)
        {
            x = layer.Forward(x);
        }

        return x.to(ScalarType.Float32).mul_(_grayLevels).clamp_(_black, _white);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (FoldedLayer layer in _layers)
        {
            layer.Dispose();
        }

        _grayLevels.Dispose();
        _black.Dispose();
        _white.Dispose();
    }
}

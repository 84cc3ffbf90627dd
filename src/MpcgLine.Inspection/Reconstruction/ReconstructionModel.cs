using MpcgLine.Inspection.Tiling;
using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.Inspection.Reconstruction;

/// <summary>
/// The trained autoencoder, folded for inference: <c>Irec = D(E(Isrc))</c> (Eqs. 1, 3, 4). Inference thread only.
/// </summary>
public sealed class ReconstructionModel : IDisposable
{
    private readonly FoldedLayer[] _layers;
    private readonly ProcessorBlocks? _blocks;
    private readonly ProcessorBottleneck? _bottleneck;
    private readonly ScalarType _precision;
    private readonly Tensor _grayLevels;
    private readonly Scalar _black = 0.ToScalar();
    private readonly Scalar _white = 255.ToScalar();

    /// <summary>Builds the layers from weights by name (float32, CPU; not taken over).</summary>
    public ReconstructionModel(double width, IReadOnlyDictionary<string, Tensor> weights, ScalarType precision, Device device)
    {
        _precision = precision;
        IReadOnlyList<LayerShape> shapes = ReconstructionLayers.Table4(width);
        _layers =
        [
            BlockLayers.Convolution(shapes[0], weights, precision, device),
            .. shapes.Skip(1).SkipLast(1).Select(shape => FoldedLayer.Of(shape, weights, precision, device)),
            BlockLayers.TransposedConvolution(shapes[^1], weights, precision, device),
        ];
        if (device.type == DeviceType.CPU && precision == ScalarType.BFloat16)
        {
            _blocks = new ProcessorBlocks();
            _bottleneck = new ProcessorBottleneck(shapes[ReconstructionLayers.LastOfEncoder], ReconstructionLayers.DeepestSize, weights);
        }

        // Constants are held, as tensors or scalars: see FoldedLayer.
        _grayLevels = Constants.OnDevice(255, device);
    }

    /// <summary>
    /// Background of a batch of tiles.
    /// </summary>
    /// <param name="tiles"><c>[N, 1, 512, 512]</c> float32, gray levels 0..255, on the model's device.</param>
    /// <returns>
    /// <c>[N, 1, 512, 512]</c> float32, gray levels clamped to 0..255; valid until the next call and no longer than the
    /// caller's dispose scope.
    /// </returns>
    public Tensor Reconstruct(Tensor tiles)
    {
        if (_blocks is { } blocks && _bottleneck is { } bottleneck && tiles.shape is [1, 1, TileRowFindings.TileSize, TileRowFindings.TileSize])
        {
            Tensor deepest = Run(blocks.SpaceToDepth(tiles), 0, ReconstructionLayers.LastOfEncoder);
            return blocks.DepthToSpace(Run(bottleneck.Forward(deepest), ReconstructionLayers.LastOfEncoder + 1, _layers.Length));
        }

        Tensor x = FoldedLayer.ChannelsLast(nn.functional.pixel_unshuffle(tiles.div(_grayLevels).to(_precision), BlockLayers.Block));
        x = Run(x, 0, _layers.Length).to(ScalarType.Float32);
        return nn.functional.pixel_shuffle(x, BlockLayers.Block).mul_(_grayLevels).clamp_(_black, _white);
    }

    /// <summary>Layers from <paramref name="first"/> to the one before <paramref name="end"/>.</summary>
    private Tensor Run(Tensor x, int first, int end)
    {
        for (int i = first; i < end; i++)
        {
            x = _layers[i].Forward(x);
        }

        return x;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (FoldedLayer layer in _layers)
        {
            layer.Dispose();
        }

        _blocks?.Dispose();
        _bottleneck?.Dispose();
        _grayLevels.Dispose();
        _black.Dispose();
        _white.Dispose();
    }
}

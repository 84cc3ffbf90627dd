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
    private readonly ProcessorReconstruction? _processor;
    private readonly ScalarType _precision;
    private readonly Tensor _grayLevels;
    private readonly Scalar _black = 0.ToScalar();
    private readonly Scalar _white = 255.ToScalar();

    /// <summary>Builds the layers from weights by name (float32, on the processor or on the device; not taken over).</summary>
    public ReconstructionModel(double width, IReadOnlyDictionary<string, Tensor> weights, ScalarType precision, Device device)
    {
        _precision = precision;
        IReadOnlyList<LayerShape> shapes = ReconstructionLayers.Table4(width);
        _layers =
        [
            BlockLayers.Convolution(shapes[0], weights, precision, device),
            .. Inner(shapes).Select(layer => FoldedLayer.Of(layer.Shape, weights, precision, device, layer.Size)),
            BlockLayers.TransposedConvolution(shapes[^1], weights, precision, device),
        ];
        if (_layers.All(layer => layer is ProcessorLayer))
        {
            _processor = new ProcessorReconstruction([.. _layers.Cast<ProcessorLayer>()], precision);
        }

        // Constants are held, as tensors or scalars: see LibraryConvolution.
        _grayLevels = Constants.OnDevice(255, device);
    }

    /// <summary>All but the first and the last layer, each with the edge of what it reads of a tile.</summary>
    internal static IEnumerable<(LayerShape Shape, int Size)> Inner(IReadOnlyList<LayerShape> shapes)
    {
        int size = BlockLayers.BlocksPerSide;
        foreach (LayerShape shape in shapes.Skip(1).SkipLast(1))
        {
            yield return (shape, size);
            size = shape.OutputSize(size);
        }
    }

    /// <summary>Whether a single tile goes through by handle, and leaves no tensor behind.</summary>
    internal bool RunsByHandle => _processor is not null;

    /// <summary>
    /// Background of a batch of tiles.
    /// </summary>
    /// <param name="tiles"><c>[N, 1, 512, 512]</c>, uint8, gray levels, on the model's device.</param>
    /// <returns>
    /// <c>[N, 1, 512, 512]</c> float32, gray levels clamped to 0..255; valid until the next call and no longer than the
    /// caller's dispose scope.
    /// </returns>
    public Tensor Reconstruct(Tensor tiles)
    {
        // Asked for one by one: the shape would be an array for every tile.
        bool isOne = tiles.Dimensions == 4 && tiles.size(0) == 1 && tiles.size(1) == 1
            && tiles.size(2) == TileRowFindings.TileSize && tiles.size(3) == TileRowFindings.TileSize;
        if (_processor is { } processor && isOne)
        {
            return processor.Reconstruct(tiles);
        }

        Tensor x = FoldedLayer.ChannelsLast(nn.functional.pixel_unshuffle(tiles.to(ScalarType.Float32).div(_grayLevels).to(_precision), BlockLayers.Block));
        foreach (FoldedLayer layer in _layers)
        {
            x = layer.Forward(x);
        }

        x = x.to(ScalarType.Float32);
        return nn.functional.pixel_shuffle(x, BlockLayers.Block).mul_(_grayLevels).clamp_(_black, _white);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (FoldedLayer layer in _layers)
        {
            layer.Dispose();
        }

        _processor?.Dispose();
        _grayLevels.Dispose();
        _black.Dispose();
        _white.Dispose();
    }
}

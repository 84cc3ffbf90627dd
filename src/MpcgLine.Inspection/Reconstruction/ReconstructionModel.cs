using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.Inspection.Reconstruction;

/// <summary>
/// The trained autoencoder in floating point, folded for inference. Inference thread only.
/// </summary>
public sealed class ReconstructionModel : IReconstruction
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
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        _precision = precision;
        IReadOnlyList<LayerShape> shapes = ReconstructionLayers.Table4(width);
        FoldedLayer OverBlocks((LayerShape Shape, Tensor Weight, Tensor Bias) layer) =>
            FoldedLayer.Of(layer.Shape, layer.Weight, layer.Bias, precision, device, BlockLayers.BlocksPerSide);
        _layers =
        [
            OverBlocks(BlockLayers.Convolution(shapes[0], weights)),
            .. Inner(shapes).Select(layer => FoldedLayer.Of(layer.Shape, weights, precision, device, layer.Size)),
            OverBlocks(BlockLayers.TransposedConvolution(shapes[^1], weights)),
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

    /// <inheritdoc/>
    public bool RunsByHandle => _processor is not null;

    /// <inheritdoc/>
    public Tensor Reconstruct(Tensor tiles)
    {
        if (_processor is { } processor && ProcessorReconstruction.IsOneTile(tiles))
        {
            return processor.Reconstruct(tiles);
        }

        Tensor x = FoldedLayer.ChannelsLast(nn.functional.pixel_unshuffle(tiles.to(ScalarType.Float32).div(_grayLevels).to(_precision), BlockLayers.Block));
        foreach (FoldedLayer layer in _layers)
        {
            x = layer.Forward(x);
        }

        x = x.to(ScalarType.Float32);
        return nn.functional.pixel_shuffle(x, BlockLayers.ResultBlock).mul_(_grayLevels).clamp_(_black, _white);
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

using MpcgLine.Inspection.Tiling;
using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.Inspection.Reconstruction;

/// <summary>
/// The autoencoder over bytes on the processor: bytes go from layer to layer, beginning with the tile's own. Two places are
/// the exception. D_pre: as a convolution its kernel would meet three zeros for every number. And the last two layers, whose
/// rounding is most of all the error that a reconstruction has, and which are no faster. Inference thread only.
/// </summary>
internal sealed class Int8Reconstruction : IReconstruction
{
    private readonly ByteBlocks _blocks = new();
    private readonly FoldedLayer[] _layers;

    /// <summary>Builds the layers.</summary>
    /// <param name="width">Width of the network.</param>
    /// <param name="weights">By name, float32 on the CPU; not taken over.</param>
    /// <param name="ranges">From <see cref="ActivationRanges.Measure"/>.</param>
    /// <param name="precision">Arithmetic of what is not over bytes.</param>
    /// <exception cref="ModelException">A layer's range is missing or no range.</exception>
    public Int8Reconstruction(
        double width, IReadOnlyDictionary<string, Tensor> weights, IReadOnlyDictionary<string, ActivationRange> ranges, ScalarType precision)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        IReadOnlyList<LayerShape> shapes = ReconstructionLayers.Table4(width);
        (LayerShape Shape, int Size)[] inner = [.. ReconstructionModel.Inner(shapes)];
        FoldedLayer Bytes((LayerShape Shape, int Size) layer, LayerShape before) =>
            Inner(layer.Shape, before, layer.Size, FoldedLayer.Fold(layer.Shape, weights), ranges, precision);
        (LayerShape beforeLast, int size) = inner[^2];
        (LayerShape post, Tensor weight, Tensor bias) = BlockLayers.TransposedConvolution(shapes[^1], weights);
        _layers =
        [
            First(BlockLayers.Convolution(shapes[0], weights), ranges, precision),
            .. inner[..^2].Zip(shapes, Bytes),
            new Int8Convolution(beforeLast, FoldedLayer.Fold(beforeLast, weights), Read(inner[^3].Shape, ranges), precision, size),
            FoldedLayer.Of(inner[^1].Shape, weights, precision, CPU, inner[^1].Size),
            FoldedLayer.Of(post, weight, bias, precision, CPU, BlockLayers.BlocksPerSide),
        ];
    }

    /// <inheritdoc/>
    public Tensor Reconstruct(Tensor tiles)
    {
        if (tiles.shape is not [1, 1, TileRowFindings.TileSize, TileRowFindings.TileSize])
        {
            throw new ArgumentException("Bytes are reconstructed tile by tile, as the processor inspects.", nameof(tiles));
        }

        Tensor x = _blocks.SpaceToDepth(tiles);
        foreach (FoldedLayer layer in _layers)
        {
            x = layer.Forward(x);
        }

        return _blocks.DepthToSpace(x.to(ScalarType.Float32));
    }

    /// <summary>The first layer meets all 8 bits of a gray level, which not every processor can take by kernels of 8 bits.</summary>
    private static FoldedLayer First(
        (LayerShape Shape, Tensor Weight, Tensor Bias) layer, IReadOnlyDictionary<string, ActivationRange> ranges, ScalarType precision)
    {
        ActivationRange range = RangeOf(layer.Shape, ranges);
        if (ByteArithmetic.IsNative)
        {
            return new Int8Convolution(layer.Shape, (layer.Weight, layer.Bias), ByteBlocks.Scale, range, BlockLayers.BlocksPerSide);
        }

        Tensor perGrayLevel = tensor(ByteBlocks.Scale.Steps).view(1, -1, 1, 1);
        return new RoundedLayer(layer.Shape, (layer.Weight.mul(perGrayLevel), layer.Bias), range, precision, BlockLayers.BlocksPerSide);
    }

    private static FoldedLayer Inner(
        LayerShape shape,
        LayerShape before,
        int size,
        (Tensor Weight, Tensor Bias) folded,
        IReadOnlyDictionary<string, ActivationRange> ranges,
        ScalarType precision)
    {
        if (!before.Activated)
        {
            return new RoundedLayer(shape, folded, RangeOf(shape, ranges), precision, size);
        }

        ByteScale input = Read(before, ranges);
        if (!shape.Activated)
        {
            return new Int8Convolution(shape, folded, input, precision, size);
        }

        return shape.Transposed && shape.Stride > 1
            ? new Int8Upsampling(shape, folded, input, RangeOf(shape, ranges), size)
            : new Int8Convolution(shape, folded, input, RangeOf(shape, ranges), size);
    }

    /// <summary>What the bytes that a layer gives stand for.</summary>
    private static ByteScale Read(LayerShape shape, IReadOnlyDictionary<string, ActivationRange> ranges) =>
        ByteScale.Covering(RangeOf(shape, ranges).Activated());

    private static ActivationRange RangeOf(LayerShape shape, IReadOnlyDictionary<string, ActivationRange> ranges) =>
        ranges.TryGetValue(shape.Name, out ActivationRange? range) && IsLimit(range.Low, shape) && IsLimit(range.High, shape)
            ? range
            : throw new ModelException($"The range of what {shape.Name} gives is missing or no range: without it bytes stand for nothing.");

    private static bool IsLimit(float[] limits, LayerShape shape) => limits.Length == shape.OutChannels && limits.All(float.IsFinite);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (FoldedLayer layer in _layers)
        {
            layer.Dispose();
        }

        _blocks.Dispose();
    }
}

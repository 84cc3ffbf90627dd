using MpcgLine.Inspection.Reconstruction.Native.Direct;
using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.Inspection.Reconstruction;

/// <summary>
/// The autoencoder as direct convolutions on the processor, in bfloat16 or over bytes. Bytes go from layer to layer, but for the first
/// layer and the last two: their rounding is most of all the error that a reconstruction has. Inference thread only.
/// </summary>
internal sealed class DirectReconstruction : IReconstruction
{
    // Layers at the end that read numbers.
    private const int LayersOfNumbers = 2;

    private readonly DirectNetwork _network = new();
    private readonly TileMap _result;
    private readonly ProcessorBlocks _blocks;

    /// <summary>Builds the layers.</summary>
    /// <param name="width">Width of the network.</param>
    /// <param name="weights">By name, float32 on the CPU; not taken over.</param>
    /// <param name="ranges">From <see cref="ActivationRanges.Measure"/>, for layers over bytes; null for numbers.</param>
    /// <param name="precision">Arithmetic of what is not over bytes: bfloat16 or float32.</param>
    /// <exception cref="ModelException">A layer's range is missing or no range, or as from <see cref="DirectConvolution"/>.</exception>
    public DirectReconstruction(
        double width, IReadOnlyDictionary<string, Tensor> weights, IReadOnlyDictionary<string, ActivationRange>? ranges, ScalarType precision)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        IReadOnlyList<LayerShape> table = ReconstructionLayers.Table4(width);
        (LayerShape first, Tensor firstWeight, Tensor firstBias) = BlockLayers.Convolution(table[0], weights);
        (LayerShape last, Tensor lastWeight, Tensor lastBias) = BlockLayers.TransposedConvolution(table[^1], weights);

        // The first layer reads gray levels, which are whole numbers, where others read what they are of white.
        Tensor white = tensor((float)byte.MaxValue);
        (LayerShape Shape, (Tensor Weight, Tensor Bias) Folded)[] layers =
        [
            (first, (firstWeight.div(white), firstBias)),
            .. table.Skip(1).SkipLast(1).Select(shape => (shape, FoldedLayer.Fold(shape, weights))),
            (last, (lastWeight, lastBias)),
        ];
        try
        {
            TileMap map = _network.Add(new TileMap(
                precision, BlockLayers.BlocksPerSide, BlockLayers.Pixels, BlockLayers.Pixels, DirectLayer.Border(first), null));
            _blocks = new ProcessorBlocks(map);
            for (int i = 0; i < layers.Length; i++)
            {
                (LayerShape shape, (Tensor Weight, Tensor Bias) folded) = layers[i];
                ScalarType type = ranges is null || i >= layers.Length - LayersOfNumbers - 1 ? precision : ScalarType.Byte;
                TileMap output = _network.Add(i == layers.Length - 1
                    ? DirectLayer.Output(shape, ScalarType.Float32, map.Size, 0, null)
                    : DirectLayer.Output(shape, type, map.Size, DirectLayer.Border(layers[i + 1].Shape), ranges));
                _network.Add(shape, folded, added: false, map, output);
                map = output;
            }

            _result = map;
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public bool RunsByHandle => true;

    /// <inheritdoc/>
    public Tensor Reconstruct(Tensor tiles)
    {
        if (!ProcessorReconstruction.IsOneTile(tiles))
        {
            throw new ArgumentException("The processor reconstructs tile by tile.", nameof(tiles));
        }

        _blocks.Fill(tiles);
        _network.Run();
        return _blocks.DepthToSpace(_result.AsNativeMap(), _result.Type);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _network.Dispose();
        _blocks?.Dispose();
    }
}

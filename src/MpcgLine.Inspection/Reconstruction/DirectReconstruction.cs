using MpcgLine.Inspection.Reconstruction.Native.Direct;
using MpcgLine.Inspection.Tiling;
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

    private readonly List<TileMap> _maps = [];
    private readonly List<DirectConvolution> _layers = [];
    private readonly ProcessorBlocks _blocks;

    /// <summary>Builds the layers.</summary>
    /// <param name="width">Width of the network.</param>
    /// <param name="weights">By name, float32 on the CPU; not taken over.</param>
    /// <param name="ranges">From <see cref="ActivationRanges.Measure"/>, for layers over bytes; null for numbers.</param>
    /// <param name="precision">Arithmetic of what is not over bytes: bfloat16 or float32.</param>
    /// <exception cref="ModelException">A layer's range is missing or no range, or as from <see cref="MachineCode"/>.</exception>
    public DirectReconstruction(
        double width, IReadOnlyDictionary<string, Tensor> weights, IReadOnlyDictionary<string, ActivationRange>? ranges, ScalarType precision)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        IReadOnlyList<LayerShape> table = ReconstructionLayers.Table4(width);
        (LayerShape Shape, Tensor Weight, Tensor Bias) first = BlockLayers.Convolution(table[0], weights), last = BlockLayers.TransposedConvolution(table[^1], weights);
        Tensor white = tensor((float)byte.MaxValue);
        LayerShape[] shapes = [first.Shape, .. table.Skip(1).SkipLast(1), last.Shape];
        try
        {
            var map = new TileMap(precision, BlockLayers.BlocksPerSide, BlockLayers.Pixels, BlockLayers.Pixels, DirectLayer.Border(shapes[0]), null);
            _maps.Add(map);
            for (int i = 0; i < shapes.Length; i++)
            {
                bool isLast = i == shapes.Length - 1, givesNumbers = ranges is null || i >= shapes.Length - LayersOfNumbers - 1;
                TileMap output = isLast
                    ? DirectLayer.Output(shapes[i], ScalarType.Float32, map.Size, 0, null)
                    : DirectLayer.Output(shapes[i], givesNumbers ? precision : ScalarType.Byte, map.Size, DirectLayer.Border(shapes[i + 1]), ranges);
                _maps.Add(output);
                // The first layer reads gray levels, which are whole numbers, where others read what they are of white.
                (Tensor Weight, Tensor Bias) folded = i == 0 ? (first.Weight.div(white), first.Bias) : isLast ? (last.Weight, last.Bias) : FoldedLayer.Fold(shapes[i], weights);
                _layers.Add(DirectLayer.Of(shapes[i], folded, added: false, map, output));
                map = output;
            }

            _blocks = new ProcessorBlocks(_maps[0]);
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
        foreach (DirectConvolution layer in _layers)
        {
            layer.Run();
        }

        return _blocks.DepthToSpace(_maps[^1].Values, ScalarType.Float32);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _layers.ForEach(layer => layer.Dispose());
        _maps.ForEach(map => map.Dispose());
        _blocks?.Dispose();
    }
}

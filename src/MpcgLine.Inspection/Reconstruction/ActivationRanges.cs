using System.Runtime.InteropServices;
using MpcgLine.Inspection.Tiling;
using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.Inspection.Reconstruction;

/// <summary>
/// What every layer of the reconstruction network gives on good tiles, which sets what a byte stands for.
/// </summary>
public static class ActivationRanges
{
    /// <summary>Runs the network in single precision on the processor. Blocks; the calling thread is the inference thread.</summary>
    /// <param name="bundle">The network.</param>
    /// <param name="tiles">Good tiles of <c>[512, 512]</c> gray levels, at least one.</param>
    /// <returns>By the layer's name.</returns>
    public static IReadOnlyDictionary<string, ActivationRange> Measure(ModelBundle bundle, IEnumerable<byte[]> tiles)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        ArgumentNullException.ThrowIfNull(tiles);
        IReadOnlyList<LayerShape> shapes = ReconstructionLayers.Table4(bundle.Manifest.Architecture.Width);
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        Dictionary<string, Tensor> weights = ModelBundle.ToTensors(bundle.Reconstruction);
        var ranges = new Dictionary<string, ActivationRange>();
        using var layers = new RangedLayers(shapes, weights);
        foreach (Tensor tensor in weights.Values)
        {
            tensor.Dispose();
        }

        foreach (byte[] tile in tiles)
        {
            layers.Run(tile, ranges);
        }

        return ranges.Count > 0 ? ranges : throw new ArgumentException("No tile: at least one is needed.", nameof(tiles));
    }

    /// <summary>The network layer by layer, each without its LeakyReLU.</summary>
    private sealed class RangedLayers : IDisposable
    {
        private readonly IReadOnlyList<LayerShape> _shapes;
        private readonly FoldedLayer[] _layers;
        private readonly Scalar _slope = LayerShape.LeakySlope.ToScalar();
        private readonly Tensor _white = Constants.OnDevice(ByteArithmetic.White, CPU);

        public RangedLayers(IReadOnlyList<LayerShape> shapes, IReadOnlyDictionary<string, Tensor> weights)
        {
            _shapes = shapes;
            _layers = [.. shapes.Select(shape => FoldedLayer.Of(shape with { Activated = false }, weights, ScalarType.Float32, CPU, TileRowFindings.TileSize))];
        }

        public void Run(byte[] tile, Dictionary<string, ActivationRange> ranges)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor x = tensor(tile).view(1, 1, TileRowFindings.TileSize, TileRowFindings.TileSize).to(ScalarType.Float32).div(_white);
            for (int i = 0; i < _layers.Length; i++)
            {
                LayerShape shape = _shapes[i];
                x = _layers[i].Forward(x);
                Extend(ranges, shape, MemoryMarshal.Cast<byte, float>(x.contiguous().bytes));
                x = shape.Activated ? x.leaky_relu_(_slope) : x;
            }
        }

        /// <param name="ranges">By layer.</param>
        /// <param name="shape">The layer.</param>
        /// <param name="values"><c>[C, H, W]</c>, what it gives.</param>
        private static void Extend(Dictionary<string, ActivationRange> ranges, LayerShape shape, ReadOnlySpan<float> values)
        {
            int perChannel = values.Length / shape.OutChannels;
            if (!ranges.TryGetValue(shape.Name, out ActivationRange? range))
            {
                ranges[shape.Name] = range = new ActivationRange(new float[shape.OutChannels], new float[shape.OutChannels]);
            }

            for (int channel = 0; channel < shape.OutChannels; channel++)
            {
                foreach (float value in values.Slice(channel * perChannel, perChannel))
                {
                    range.Low[channel] = Math.Min(range.Low[channel], value);
                    range.High[channel] = Math.Max(range.High[channel], value);
                }
            }
        }

        public void Dispose()
        {
            foreach (FoldedLayer layer in _layers)
            {
                layer.Dispose();
            }

            _slope.Dispose();
            _white.Dispose();
        }
    }
}

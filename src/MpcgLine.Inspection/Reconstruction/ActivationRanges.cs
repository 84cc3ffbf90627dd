using System.Runtime.InteropServices;
using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Tiling;
using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.Inspection.Reconstruction;

/// <summary>
/// What every layer of a bundle's autoencoder gives on tiles that show what there is to see, which sets what a byte stands for.
/// </summary>
public static class ActivationRanges
{
    /// <summary>Runs the network in single precision on the processor. Blocks; the calling thread is the inference thread.</summary>
    /// <param name="bundle">The network's.</param>
    /// <param name="tiles">Tiles of <c>[512, 512]</c> gray levels, good ones and ones with defects, at least one.</param>
    /// <returns>By the layer's name.</returns>
    public static IReadOnlyDictionary<string, ActivationRange> Measure(ModelBundle bundle, IEnumerable<byte[]> tiles)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        ArgumentNullException.ThrowIfNull(tiles);
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        var ranges = new Dictionary<string, ActivationRange>();
        using var reconstruction = new RangedLayers(ReconstructionLayers.Table4(bundle.Manifest.Architecture.Width), bundle.Reconstruction, ranges);
        using Tensor white = Constants.OnDevice(byte.MaxValue, CPU);
        foreach (byte[] bytes in tiles)
        {
            using DisposeScope ofTile = NewDisposeScope();
            Tensor tile = tensor(bytes).view(1, 1, TileRowFindings.TileSize, TileRowFindings.TileSize).to(ScalarType.Float32);
            _ = Enumerable.Range(0, reconstruction.Count).Aggregate(tile.div(white), (x, layer) => reconstruction.Run(layer, x));
        }

        return ranges.Count > 0 ? ranges : throw new ArgumentException("No tile: at least one is needed.", nameof(tiles));
    }

    /// <summary>A layer's.</summary>
    /// <exception cref="ModelException">It is missing or no range.</exception>
    internal static ActivationRange Of(LayerShape shape, IReadOnlyDictionary<string, ActivationRange> ranges) =>
        ranges.TryGetValue(shape.Name, out ActivationRange? range) && IsLimit(range.Low, shape.OutChannels) && IsLimit(range.High, shape.OutChannels)
            ? range
            : throw new ModelException($"The range of {shape.Name} is missing or no range: without it bytes stand for nothing.");

    private static bool IsLimit(float[] limits, int channels) => limits.Length == channels && limits.All(float.IsFinite);

    /// <param name="ranges">By name.</param>
    /// <param name="name">Whose range is to cover it.</param>
    /// <param name="map"><c>[1, C, H, W]</c>.</param>
    private static void Extend(Dictionary<string, ActivationRange> ranges, string name, Tensor map)
    {
        ReadOnlySpan<float> values = map.contiguous().Singles();
        int channels = (int)map.size(1), perChannel = values.Length / channels;
        if (!ranges.TryGetValue(name, out ActivationRange? range))
        {
            ranges[name] = range = new ActivationRange(new float[channels], new float[channels]);
        }

        for (int channel = 0; channel < channels; channel++)
        {
            foreach (float value in values.Slice(channel * perChannel, perChannel))
            {
                range.Low[channel] = Math.Min(range.Low[channel], value);
                range.High[channel] = Math.Max(range.High[channel], value);
            }
        }
    }

    /// <summary>A network layer by layer, each without its LeakyReLU until its range is known.</summary>
    private sealed class RangedLayers : IDisposable
    {
        private readonly IReadOnlyList<LayerShape> _shapes;
        private readonly Dictionary<string, ActivationRange> _ranges;
        private readonly FoldedLayer[] _layers;
        private readonly Scalar _slope = LayerShape.LeakySlope.ToScalar();

        public RangedLayers(IReadOnlyList<LayerShape> shapes, IReadOnlyDictionary<string, WeightArray> weights, Dictionary<string, ActivationRange> ranges)
        {
            (_shapes, _ranges) = (shapes, ranges);
            Dictionary<string, Tensor> tensors = ModelBundle.ToTensors(weights);
            _layers = [.. shapes.Select(shape => FoldedLayer.Of(shape with { Activated = false }, tensors, ScalarType.Float32, CPU, TileRowFindings.TileSize))];
            foreach (Tensor tensor in tensors.Values)
            {
                tensor.Dispose();
            }
        }

        public int Count => _layers.Length;

        public Tensor Run(int layer, Tensor x)
        {
            Tensor y = _layers[layer].Forward(FoldedLayer.ChannelsLast(x));
            Extend(_ranges, _shapes[layer].Name, y);
            return _shapes[layer].Activated ? y.leaky_relu_(_slope) : y;
        }

        public void Dispose()
        {
            foreach (FoldedLayer layer in _layers)
            {
                layer.Dispose();
            }

            _slope.Dispose();
        }
    }
}

using MpcgLine.Inspection.Reconstruction;
using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.Service.Measuring;

/// <summary>
/// The reference: Table 4 at width 1 as one would write it down, in float32, contiguous, with batch normalisation on its
/// own. Inference thread only.
/// </summary>
internal sealed class PlainNetwork : IDisposable
{
    private const double Momentum = 0.1;

    private readonly IReadOnlyList<LayerShape> _layers = ReconstructionLayers.Table4(1);
    private readonly Dictionary<string, Tensor> _tensors;
    private readonly Tensor _tile;

    // Held, because a temporary one may be freed under the native call.
    private readonly Scalar _slope = LayerShape.LeakySlope.ToScalar();

    public PlainNetwork(IReadOnlyDictionary<string, WeightArray> weights, Device device)
    {
        _tensors = weights.ToDictionary(w => w.Key, w => tensor(w.Value.Values, [.. w.Value.Shape], device: device).DetachFromDisposeScope());
        using DisposeScope scope = NewDisposeScope();
        _tile = rand(1, 1, 512, 512, device: device).DetachFromDisposeScope();
    }

    /// <summary>Products of one pass over a 512 x 512 tile, each with its sum.</summary>
    public static double MultiplyAdds()
    {
        double sum = 0;
        int edge = 512;
        foreach (LayerShape layer in ReconstructionLayers.Table4(1))
        {
            int from = edge;
            edge = layer.Transposed
                ? ((edge - 1) * layer.Stride) + layer.Kernel - (2 * layer.Padding) + layer.Stride - 1
                : ((edge + (2 * layer.Padding) - layer.Kernel) / layer.Stride) + 1;
            int places = layer.Transposed ? from : edge;
            sum += (double)places * places * layer.Kernel * layer.Kernel * layer.InChannels * layer.OutChannels;
        }

        return sum;
    }

    /// <summary>Runs the network on one tile.</summary>
    public void Run()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable inference = inference_mode();
        Tensor x = _tile;
        foreach (LayerShape layer in _layers)
        {
            x = Forward(layer, x);
        }
    }

    private Tensor Forward(LayerShape layer, Tensor x)
    {
        Tensor weight = _tensors[$"{layer.Name}.weight"];
        Tensor? bias = layer.Normalised ? null : _tensors[$"{layer.Name}.bias"];
        long[] stride = [layer.Stride, layer.Stride], padding = [layer.Padding, layer.Padding];
        Tensor y = layer.Transposed
            ? nn.functional.conv_transpose2d(x, weight, bias, stride, padding, [layer.Stride - 1, layer.Stride - 1])
            : nn.functional.conv2d(x, weight, bias, stride, padding);
        if (layer.Normalised)
        {
            y = nn.functional.batch_norm(
                y,
                _tensors[$"{layer.Name}.norm.mean"],
                _tensors[$"{layer.Name}.norm.variance"],
                _tensors[$"{layer.Name}.norm.gain"],
                _tensors[$"{layer.Name}.norm.shift"],
                training: false,
                Momentum,
                LayerShape.NormalisationEpsilon);
        }

        return layer.Activated ? y.leaky_relu_(_slope) : y;
    }

    public void Dispose()
    {
        foreach (Tensor tensor in _tensors.Values)
        {
            tensor.Dispose();
        }

        _tile.Dispose();
        _slope.Dispose();
    }
}

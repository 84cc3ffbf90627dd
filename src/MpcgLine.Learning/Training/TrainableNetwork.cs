using MpcgLine.Inspection.Reconstruction;
using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.Learning.Training;

/// <summary>
/// A list of layers with their learnt tensors and the statistics of batch normalisation. Training thread only.
/// </summary>
/// <remarks>
/// Weights are kept in single precision and rounded to the arithmetic's precision in every step, so that small
/// updates are not lost. The kernels lie channels-last in memory, the layout the convolutions run fastest in.
/// </remarks>
internal sealed class TrainableNetwork : IDisposable
{
    private const double LastLayerScale = 0.1;

    private readonly IReadOnlyList<LayerShape> _shapes;
    private readonly Dictionary<string, Tensor> _tensors = new(StringComparer.Ordinal);
    private readonly ScalarType _precision;

    /// <summary>
    /// Initialises every layer (He, for LeakyReLU) from <paramref name="random"/>; the last one answers about
    /// <paramref name="firstAnswer"/> everywhere, so that no step is spent on finding the level.
    /// </summary>
    /// <param name="shapes">The layers.</param>
    /// <param name="precision">Element type of the arithmetic.</param>
    /// <param name="random">All chance comes from here.</param>
    /// <param name="firstAnswer">What the last layer answers at first.</param>
    /// <param name="free">Learnt tensors that belong to no layer, by name, with their first values.</param>
    public TrainableNetwork(
        IReadOnlyList<LayerShape> shapes,
        ScalarType precision,
        Random random,
        float firstAnswer = 0,
        IReadOnlyDictionary<string, WeightArray>? free = null)
    {
        _shapes = shapes;
        _precision = precision;
        foreach (LayerShape shape in shapes)
        {
            foreach ((string name, long[] size) in shape.Tensors())
            {
                _tensors.Add(name, Initial(shape, name, size, random, firstAnswer));
            }
        }

        foreach ((string name, WeightArray first) in free ?? new Dictionary<string, WeightArray>())
        {
            Tensor value = tensor(first.Values, [.. first.Shape]).DetachFromDisposeScope();
            value.requires_grad = true;
            _tensors.Add(name, value);
        }

        Parameters = [.. _tensors.Where(t => t.Value.requires_grad).Select(t => t.Value)];
    }

    /// <summary>
    /// Weight of a batch in the running statistics. Inference knows no others: at the usual 0.1 they are those of the
    /// last ten batches, and two tiles of a lens at the end would shift every score.
    /// </summary>
    public double StatisticsMomentum { get; set; } = 0.1;

    /// <summary>Learnt tensors, in file order.</summary>
    public IReadOnlyList<Tensor> Parameters { get; }

    /// <summary>All tensors by name, statistics included.</summary>
    public IReadOnlyDictionary<string, Tensor> Tensors => _tensors;

    /// <summary>Runs layer <paramref name="index"/>.</summary>
    /// <param name="index">Which.</param>
    /// <param name="x">In the arithmetic's precision and layout.</param>
    /// <param name="training">Whether to normalise by the batch's statistics and update the running ones.</param>
    public Tensor RunLayer(int index, Tensor x, bool training) => RunLayer(_shapes[index], x, training);

    /// <summary>Runs all layers in order.</summary>
    /// <param name="x"><c>[N, C, H, W]</c> float32.</param>
    /// <param name="training">Whether to normalise by the batch's statistics and update the running ones.</param>
    /// <returns>float32.</returns>
    public Tensor RunAll(Tensor x, bool training)
    {
        Tensor y = Enter(x);
        foreach (LayerShape shape in _shapes)
        {
            y = RunLayer(shape, y, training);
        }

        return y.to(ScalarType.Float32);
    }

    /// <summary>Frobenius norm of all kernels, a scalar with a gradient.</summary>
    public Tensor KernelNorm() =>
        stack(_tensors.Where(t => t.Key.EndsWith(".weight", StringComparison.Ordinal)).Select(t => t.Value.square().sum())).sum().sqrt();

    /// <summary>Brings an input into the arithmetic's precision and layout.</summary>
    public Tensor Enter(Tensor x) => x.to(_precision).permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);

    /// <summary>Copies of all tensors as plain values.</summary>
    public IReadOnlyDictionary<string, WeightArray> ToArrays() => _tensors.ToDictionary(t => t.Key, t => TensorArrays.From(t.Value));

    /// <summary>Overwrites all tensors.</summary>
    /// <exception cref="ModelException">A tensor is missing or has another size.</exception>
    public void Load(IReadOnlyDictionary<string, WeightArray> arrays)
    {
        using IDisposable noGradient = no_grad();
        foreach ((string name, Tensor tensor) in _tensors)
        {
            TensorArrays.Into(arrays, name, tensor);
        }
    }

    private Tensor RunLayer(LayerShape shape, Tensor x, bool training)
    {
        Tensor weight = _tensors[$"{shape.Name}.weight"].to(_precision);
        Tensor? bias = shape.Normalised ? null : _tensors[$"{shape.Name}.bias"].to(_precision);
        long[] stride = [shape.Stride, shape.Stride], padding = [shape.Padding, shape.Padding];
        Tensor y = shape.Transposed
            ? nn.functional.conv_transpose2d(x, weight, bias, stride, padding, [shape.OutputPadding, shape.OutputPadding])
            : nn.functional.conv2d(x, weight, bias, stride, padding);
        if (shape.Normalised)
        {
            y = nn.functional.batch_norm(
                y,
                _tensors[$"{shape.Name}.norm.mean"],
                _tensors[$"{shape.Name}.norm.variance"],
                _tensors[$"{shape.Name}.norm.gain"],
                _tensors[$"{shape.Name}.norm.shift"],
                training,
                StatisticsMomentum,
                LayerShape.NormalisationEpsilon);
        }

        return shape.Activated ? nn.functional.leaky_relu(y, LayerShape.LeakySlope) : y;
    }

    private static Tensor Initial(LayerShape shape, string name, long[] size, Random random, float firstAnswer)
    {
        if (name.EndsWith(".weight", StringComparison.Ordinal))
        {
            return Kernel(shape, size, random);
        }

        if (name.EndsWith(".bias", StringComparison.Ordinal))
        {
            Tensor bias = full(size, firstAnswer).DetachFromDisposeScope();
            bias.requires_grad = true;
            return bias;
        }

        bool isOne = name.EndsWith(".gain", StringComparison.Ordinal) || name.EndsWith(".variance", StringComparison.Ordinal);
        Tensor value = (isOne ? ones(size) : zeros(size)).DetachFromDisposeScope();
        bool isStatistic = name.EndsWith(".mean", StringComparison.Ordinal) || name.EndsWith(".variance", StringComparison.Ordinal);
        value.requires_grad = !isStatistic;
        return value;
    }

    private static Tensor Kernel(LayerShape shape, long[] size, Random random)
    {
        // Inputs that reach one output; a strided transposed convolution spreads its kernel over stride^2 outputs.
        double fanIn = shape.InChannels * shape.Kernel * shape.Kernel / (double)(shape.Transposed ? shape.Stride * shape.Stride : 1);
        double deviation = Math.Sqrt(2 / (1 + (LayerShape.LeakySlope * LayerShape.LeakySlope)) / fanIn) * (shape.Normalised ? 1 : LastLayerScale);
        var values = new float[size.Aggregate(1L, (product, n) => product * n)];
        for (int i = 0; i < values.Length; i++)
        {
            // Box-Muller; one of the pair is enough here.
            values[i] = (float)(deviation * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        }

        using var scope = NewDisposeScope();
        // The detach is needed: autograd refuses views made under no_grad.
        Tensor kernel = tensor(values, size).permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2).detach().clone();
        kernel.requires_grad = true;
        return kernel.DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Tensor tensor in _tensors.Values)
        {
            tensor.grad?.Dispose();
            tensor.Dispose();
        }
    }
}

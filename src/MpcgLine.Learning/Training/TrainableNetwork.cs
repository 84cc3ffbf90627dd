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
    private readonly List<Tensor> _learnt = [];
    private readonly ScalarType _precision;
    private readonly Device _device;

    /// <summary>
    /// Initialises every layer (He, for LeakyReLU) from <paramref name="random"/>; the last one answers about
    /// <paramref name="firstAnswer"/> everywhere, so that no step is spent on finding the level.
    /// </summary>
    /// <param name="shapes">The layers.</param>
    /// <param name="precision">Element type of the arithmetic.</param>
    /// <param name="random">All chance comes from here.</param>
    /// <param name="firstAnswer">What the last layer answers at first.</param>
    /// <param name="device">Where the tensors lie and the layers run; null: the processor.</param>
    /// <param name="free">Learnt tensors that belong to no layer, by name, with their first values.</param>
    public TrainableNetwork(
        IReadOnlyList<LayerShape> shapes,
        ScalarType precision,
        Random random,
        float firstAnswer = 0,
        Device? device = null,
        IReadOnlyDictionary<string, WeightArray>? free = null)
    {
        _shapes = shapes;
        _precision = precision;
        _device = device ?? CPU;
        // In the order of the layers, which is that of chance.
        (string Name, WeightArray First)[] all =
        [
            .. shapes.SelectMany(shape => shape.Tensors().Select(t => (t.Name, new WeightArray(t.Shape, Initial(shape, t.Name, t.Shape, random, firstAnswer))))),
            .. (free ?? new Dictionary<string, WeightArray>()).Select(t => (t.Key, t.Value)),
        ];
        Values = Join(all);
        long start = 0;
        foreach ((string name, WeightArray first) in Arranged(all))
        {
            using var scope = NewDisposeScope();
            // The detach is needed: autograd learns leaves alone.
            Tensor tensor = Shaped(Values.narrow(0, start, first.Values.Length), first.Shape).detach().DetachFromDisposeScope();
            _tensors.Add(name, tensor);
            start += first.Values.Length;
            if (!IsStatistic(name))
            {
                tensor.requires_grad = true;
                _learnt.Add(tensor);
                LearntCount = start;
                KernelCount = IsKernel(first) ? start : KernelCount;
            }
        }
    }

    /// <summary>
    /// All numbers in one row, <c>[count]</c> float32: kernels (and what else has several dimensions), then the other learnt ones,
    /// then statistics. The tensors are
    /// views of it, so an update is a few operations, and not a few for each of a hundred tensors.
    /// </summary>
    public Tensor Values { get; }

    /// <summary>How many of them are learnt: the first ones.</summary>
    public long LearntCount { get; }

    /// <summary>How many of them belong to kernels: the very first ones.</summary>
    public long KernelCount { get; }

    /// <summary>
    /// Weight of a batch in the running statistics. Inference knows no others: at the usual 0.1 they are those of the
    /// last ten batches, and two tiles of a lens at the end would shift every score.
    /// </summary>
    public double StatisticsMomentum { get; set; } = 0.1;

    /// <summary>All tensors by name, statistics included.</summary>
    public IReadOnlyDictionary<string, Tensor> Tensors => _tensors;

    /// <summary>Runs layer <paramref name="index"/>.</summary>
    /// <param name="index">Which.</param>
    /// <param name="x">In the arithmetic's precision and layout.</param>
    /// <param name="training">Whether to normalise by the batch's statistics and update the running ones.</param>
    public Tensor RunLayer(int index, Tensor x, bool training) => RunLayer(_shapes[index], x, training);

    /// <summary>Runs all layers in order.</summary>
    /// <param name="x"><c>[N, C, H, W]</c> float32, on any device.</param>
    /// <param name="training">Whether to normalise by the batch's statistics and update the running ones.</param>
    /// <returns>float32, where the layers run.</returns>
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

    /// <summary>Brings an input into the arithmetic's precision and layout, and to where the layers run.</summary>
    public Tensor Enter(Tensor x) => x.to(_device).to(_precision).permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);

    /// <summary>Forgets all gradients: before every loss, so that a step that failed half way leaves nothing to the next.</summary>
    public void ForgetGradients()
    {
        foreach (Tensor tensor in _learnt)
        {
            tensor.grad = null;
        }
    }

    /// <summary>The gradients, in the order of <see cref="Values"/>, <c>[LearntCount]</c>; the caller's scope's.</summary>
    public Tensor Gradient() => cat([.. _learnt.Select(tensor => InRow(tensor.grad ?? throw new InvalidOperationException("A learnt tensor has no gradient.")))]);

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

    private static float[] Initial(LayerShape shape, string name, long[] size, Random random, float firstAnswer)
    {
        var values = new float[size.Aggregate(1L, (product, n) => product * n)];
        if (name.EndsWith(".weight", StringComparison.Ordinal))
        {
            FillKernel(shape, values, random);
        }
        else if (name.EndsWith(".bias", StringComparison.Ordinal))
        {
            Array.Fill(values, firstAnswer);
        }
        else if (name.EndsWith(".gain", StringComparison.Ordinal) || name.EndsWith(".variance", StringComparison.Ordinal))
        {
            Array.Fill(values, 1);
        }

        return values;
    }

    private static void FillKernel(LayerShape shape, float[] values, Random random)
    {
        // Inputs that reach one output; a strided transposed convolution spreads its kernel over stride^2 outputs.
        double fanIn = shape.InChannels * shape.Kernel * shape.Kernel / (double)(shape.Transposed ? shape.Stride * shape.Stride : 1);
        double deviation = Math.Sqrt(2 / (1 + (LayerShape.LeakySlope * LayerShape.LeakySlope)) / fanIn) * (shape.Normalised ? 1 : LastLayerScale);
        foreach (ref float value in values.AsSpan())
        {
            // Box-Muller; one of the pair is enough here.
            value = (float)(deviation * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        }
    }

    private Tensor Join(IReadOnlyList<(string Name, WeightArray First)> all)
    {
        using var scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        return cat([.. Arranged(all).Select(t => InRow(tensor(t.First.Values, [.. t.First.Shape])))]).to(_device).DetachFromDisposeScope();
    }

    private static IEnumerable<(string Name, WeightArray First)> Arranged(IReadOnlyList<(string Name, WeightArray First)> all) =>
        all.OrderBy(t => IsStatistic(t.Name) ? 2 : IsKernel(t.First) ? 0 : 1);

    private static bool IsKernel(WeightArray array) => array.Shape.Count > 1;

    private static bool IsStatistic(string name) =>
        name.EndsWith(".mean", StringComparison.Ordinal) || name.EndsWith(".variance", StringComparison.Ordinal);

    /// <summary>A tensor's numbers as they lie in memory: kernels channels-last.</summary>
    private static Tensor InRow(Tensor tensor) => (tensor.dim() == 4 ? tensor.permute(0, 2, 3, 1) : tensor).reshape(-1);

    /// <summary>A view of a row, the reverse of <see cref="InRow"/>.</summary>
    private static Tensor Shaped(Tensor row, IReadOnlyList<long> shape) => shape is [var first, var second, var height, var width]
        ? row.view(first, height, width, second).permute(0, 3, 1, 2)
        : row.view([.. shape]);

    /// <inheritdoc/>
    public void Dispose()
    {
        ForgetGradients();
        foreach (Tensor tensor in _tensors.Values)
        {
            tensor.Dispose();
        }

        Values.Dispose();
    }
}

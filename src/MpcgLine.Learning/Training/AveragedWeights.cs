using MpcgLine.Inspection.Reconstruction;
using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.Learning.Training;

/// <summary>
/// The exponential mean of a network's recent tensors, which is what a training yields: single steps of two tiles throw
/// the weights to and fro, and their mean does better on held-out images than any of them (the idea of Polyak and
/// Juditsky 1992, whose mean is uniform). Training thread only.
/// </summary>
internal sealed class AveragedWeights : IDisposable
{
    /// <summary>Share of the planned steps the mean reaches back.</summary>
    private const double Reach = 0.04;

    private const int LeastReach = 20;

    private readonly TrainableNetwork _network;
    private readonly Tensor _mean;

    /// <summary>Begins with the network's tensors as they are.</summary>
    public AveragedWeights(TrainableNetwork network)
    {
        _network = network;
        using IDisposable noGradient = no_grad();
        _mean = network.Values.clone().DetachFromDisposeScope();
    }

    /// <summary>Takes in the network after a step.</summary>
    /// <param name="step">Number of this step, from 1.</param>
    /// <param name="steps">Steps planned; 0 while that is not known.</param>
    public void Update(int step, int steps)
    {
        using IDisposable noGradient = no_grad();
        // The first means reach back over a tenth of the steps there are.
        double weight = 1 / Math.Max(1, Math.Min(Math.Max(LeastReach, steps * Reach), step / 10.0));
        _mean.mul_(1 - weight).add_(_network.Values, alpha: weight);
    }

    /// <summary>Lets the network have the means until the result is disposed; then it has its own tensors again.</summary>
    public IDisposable Lend()
    {
        Exchange();
        return new Return(this);
    }

    /// <summary>Leaves the means in the network.</summary>
    public void Give() => Exchange();

    /// <summary>The means as plain values, under the given name.</summary>
    public KeyValuePair<string, WeightArray> ToArray(string name) => KeyValuePair.Create(name, TensorArrays.From(_mean));

    /// <summary>Overwrites the means.</summary>
    /// <exception cref="ModelException">They are missing or have another size.</exception>
    public void Load(IReadOnlyDictionary<string, WeightArray> arrays, string name)
    {
        using IDisposable noGradient = no_grad();
        TensorArrays.Into(arrays, name, _mean);
    }

    private void Exchange()
    {
        using IDisposable noGradient = no_grad();
        using var scope = NewDisposeScope();
        Tensor own = _network.Values.clone();
        _network.Values.copy_(_mean);
        _mean.copy_(own);
    }

    /// <inheritdoc/>
    public void Dispose() => _mean.Dispose();

    private sealed class Return(AveragedWeights owner) : IDisposable
    {
        public void Dispose() => owner.Exchange();
    }
}

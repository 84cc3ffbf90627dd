using MpcgLine.Inspection.Reconstruction;
using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.Learning.Training;

/// <summary>
/// Adam with decoupled weight decay (Loshchilov and Hutter). Ours, because its moments have to go into a checkpoint
/// and come back bit for bit, which the library's state does not do for channels-last kernels, and because it updates all
/// tensors at once. Training thread only.
/// </summary>
internal sealed class AdamOptimiser : IDisposable
{
    private const double Beta1 = 0.9, Beta2 = 0.999, Epsilon = 1e-8;

    private readonly TrainableNetwork _network;
    private readonly double _weightDecay;
    private readonly Tensor _kernels, _learnt, _first, _second;

    /// <summary>Prepares moments of zero.</summary>
    /// <param name="network">What is updated; stays the caller's.</param>
    /// <param name="weightDecay">Share of a kernel that an update of rate 1 takes away.</param>
    public AdamOptimiser(TrainableNetwork network, double weightDecay)
    {
        using var scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        _network = network;
        _weightDecay = weightDecay;
        _kernels = network.Values.narrow(0, 0, network.KernelCount).DetachFromDisposeScope();
        _learnt = network.Values.narrow(0, 0, network.LearntCount).DetachFromDisposeScope();
        _first = zeros_like(_learnt).DetachFromDisposeScope();
        _second = zeros_like(_learnt).DetachFromDisposeScope();
    }

    /// <summary>One update from the network's gradients; none where one of them, or their sum, is not finite.</summary>
    /// <param name="step">Number of this step, from 1.</param>
    /// <param name="rate">Learning rate.</param>
    /// <returns>Whether they are finite: a finite loss can have a gradient that is not.</returns>
    public bool TryStep(int step, double rate)
    {
        using var scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        Tensor gradient = _network.Gradient();
        // A sum is finite only where all its terms are, and reads them once.
        if (!float.IsFinite(gradient.sum().ToSingle()))
        {
            return false;
        }

        double correction = Math.Sqrt(1 - Math.Pow(Beta2, step)) / (1 - Math.Pow(Beta1, step));
        _first.mul_(Beta1).add_(gradient, alpha: 1 - Beta1);
        _second.mul_(Beta2).addcmul_(gradient, gradient, 1 - Beta2);
        // Decay pulls kernels only: a decayed gain of a normalisation means nothing.
        _kernels.mul_(1 - (rate * _weightDecay));
        _learnt.addcdiv_(_first, _second.sqrt().add_(Epsilon), -rate * correction);
        return true;
    }

    /// <summary>The moments as plain values, under the given names.</summary>
    public IEnumerable<KeyValuePair<string, WeightArray>> ToArrays(string prefix) =>
        [new($"{prefix}.first", TensorArrays.From(_first)), new($"{prefix}.second", TensorArrays.From(_second))];

    /// <summary>Overwrites the moments.</summary>
    /// <exception cref="ModelException">A moment is missing or has another size.</exception>
    public void Load(IReadOnlyDictionary<string, WeightArray> arrays, string prefix)
    {
        using IDisposable noGradient = no_grad();
        TensorArrays.Into(arrays, $"{prefix}.first", _first);
        TensorArrays.Into(arrays, $"{prefix}.second", _second);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _kernels.Dispose();
        _learnt.Dispose();
        _first.Dispose();
        _second.Dispose();
    }
}

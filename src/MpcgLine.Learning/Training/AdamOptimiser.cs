using MpcgLine.Inspection.Reconstruction;
using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.Learning.Training;

/// <summary>
/// Adam with decoupled weight decay (Loshchilov and Hutter). Ours, because its moments have to go into a checkpoint
/// and come back bit for bit, which the library's state does not do for channels-last kernels. Training thread only.
/// </summary>
internal sealed class AdamOptimiser : IDisposable
{
    private const double Beta1 = 0.9, Beta2 = 0.999, Epsilon = 1e-8;

    private readonly IReadOnlyList<Tensor> _parameters;
    private readonly double _weightDecay;
    private readonly Tensor[] _first;
    private readonly Tensor[] _second;

    /// <summary>Prepares moments of zero.</summary>
    public AdamOptimiser(IReadOnlyList<Tensor> parameters, double weightDecay)
    {
        _parameters = parameters;
        _weightDecay = weightDecay;
        _first = [.. parameters.Select(p => zeros_like(p).DetachFromDisposeScope())];
        _second = [.. parameters.Select(p => zeros_like(p).DetachFromDisposeScope())];
    }

    /// <summary>
    /// Zeroes all gradients: before every loss, so that a step that failed half way leaves nothing to the next.
    /// </summary>
    public void ZeroGradients()
    {
        using var scope = NewDisposeScope();
        foreach (Tensor parameter in _parameters)
        {
            parameter.grad?.zero_();
        }
    }

    /// <summary>Whether every gradient is finite, and their sum too: a finite loss can have one that is not.</summary>
    public bool HasFiniteGradients()
    {
        using var scope = NewDisposeScope();
        // A sum is finite only where all its terms are, and reads them once.
        return _parameters.All(p => p.grad is not { } gradient || float.IsFinite(gradient.sum().ToSingle()));
    }

    /// <summary>
    /// One update from the parameters' gradients.
    /// </summary>
    /// <param name="step">Number of this step, from 1.</param>
    /// <param name="rate">Learning rate.</param>
    public void Step(int step, double rate)
    {
        using IDisposable noGradient = no_grad();
        double correction = Math.Sqrt(1 - Math.Pow(Beta2, step)) / (1 - Math.Pow(Beta1, step));
        for (int i = 0; i < _parameters.Count; i++)
        {
            using var scope = NewDisposeScope();
            Tensor parameter = _parameters[i];
            Tensor gradient = parameter.grad ?? throw new InvalidOperationException("A parameter has no gradient.");
            _first[i].mul_(Beta1).add_(gradient, alpha: 1 - Beta1);
            _second[i].mul_(Beta2).addcmul_(gradient, gradient, 1 - Beta2);
            // Decay pulls kernels only: a decayed gain of a normalisation means nothing.
            if (parameter.dim() > 1)
            {
                parameter.mul_(1 - (rate * _weightDecay));
            }

            parameter.addcdiv_(_first[i], _second[i].sqrt().add_(Epsilon), -rate * correction);
        }
    }

    /// <summary>The moments as plain values, under the given names.</summary>
    public IEnumerable<KeyValuePair<string, WeightArray>> ToArrays(string prefix)
    {
        for (int i = 0; i < _first.Length; i++)
        {
            yield return new($"{prefix}.first.{i}", TensorArrays.From(_first[i]));
            yield return new($"{prefix}.second.{i}", TensorArrays.From(_second[i]));
        }
    }

    /// <summary>Overwrites the moments.</summary>
    /// <exception cref="ModelException">A moment is missing or has another size.</exception>
    public void Load(IReadOnlyDictionary<string, WeightArray> arrays, string prefix)
    {
        using IDisposable noGradient = no_grad();
        for (int i = 0; i < _first.Length; i++)
        {
            TensorArrays.Into(arrays, $"{prefix}.first.{i}", _first[i]);
            TensorArrays.Into(arrays, $"{prefix}.second.{i}", _second[i]);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Tensor moment in _first.Concat(_second))
        {
            moment.Dispose();
        }
    }
}

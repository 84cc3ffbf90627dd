using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.Inspection.Reconstruction;

/// <summary>
/// E_post for one tile on the processor, as a product of its kernels and the windows they lie on: a kernel of 8 x 8 over
/// 16 x 16 values is mostly weights, which the library's convolution moves about before it multiplies. Inference thread only.
/// </summary>
internal sealed class ProcessorBottleneck : IDisposable
{
    private readonly Tensor _kernels;
    private readonly Tensor _bias;
    private readonly long[] _windows;
    private readonly long[] _strides;
    private readonly long[] _flat;
    private readonly long[] _latent;

    /// <summary>Folds and rearranges the layer's weights.</summary>
    /// <param name="shape">A convolution of stride 1 without padding, not activated.</param>
    /// <param name="size">Edge of what it reads.</param>
    /// <param name="weights">Weights by name, float32 on the CPU; not taken over.</param>
    public ProcessorBottleneck(LayerShape shape, int size, IReadOnlyDictionary<string, Tensor> weights)
    {
        long row = (long)size * shape.InChannels, windowRow = (long)shape.Kernel * shape.InChannels;
        int places = size - shape.Kernel + 1;
        // A window's rows lie one row apart; within one, columns and their channels lie side by side.
        (_windows, _strides) = ([places, places, shape.Kernel, windowRow], [row, shape.InChannels, row, 1]);
        _flat = [places * places, shape.Kernel * windowRow];
        _latent = [1, places, places, shape.OutChannels];
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        (Tensor weight, Tensor bias) = FoldedLayer.Fold(shape, weights);
        _kernels = weight.permute(0, 2, 3, 1).reshape(shape.OutChannels, -1).to(ScalarType.BFloat16).clone().DetachFromDisposeScope();
        _bias = bias.to(ScalarType.BFloat16).clone().DetachFromDisposeScope();
    }

    /// <summary>Runs the layer.</summary>
    /// <param name="x"><c>[1, C, 16, 16]</c> bfloat16, the first of its memory.</param>
    /// <returns><c>[1, L, 9, 9]</c> bfloat16, channels last in memory; belongs to the caller's dispose scope.</returns>
    public Tensor Forward(Tensor x)
    {
        Tensor windows = x.permute(0, 2, 3, 1).contiguous().as_strided(_windows, _strides).contiguous().view(_flat);
        // Kernels first: the other way round takes the library more than twice as long.
        return mm(_kernels, windows.t()).t().Plus(_bias).contiguous().view(_latent).permute(0, 3, 1, 2);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _kernels.Dispose();
        _bias.Dispose();
    }
}

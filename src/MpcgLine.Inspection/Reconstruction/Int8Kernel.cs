using MpcgLine.Inspection.Reconstruction.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.Inspection.Reconstruction;

/// <summary>
/// One convolution of bytes: kernels as signed bytes, each output channel by a scale of its own, laid out once and for all as
/// the arithmetic reads them. Sums are exact, so that neither threads nor batches change a result. Inference thread only.
/// </summary>
internal sealed class Int8Kernel : IDisposable
{
    // Of a channel whose kernel is nothing but 0.
    private const float LeastScale = 1e-12f;

    private readonly ConvolutionGeometry _geometry;
    private readonly int _outputZero;
    private readonly ScalarType _type;
    private readonly Tensor _kernels;
    private readonly Tensor _scales;
    private readonly Tensor _noZeros;
    private readonly Tensor _bias;
    private readonly Tensor _inputStep;
    private readonly Tensor _inputZero;

    /// <summary>Rounds and packs.</summary>
    /// <param name="kernels"><c>[out, in, h, w]</c> float32; not taken over.</param>
    /// <param name="bias"><c>[out]</c> float32; not taken over.</param>
    /// <param name="geometry">Stride and padding.</param>
    /// <param name="input">What the bytes read stand for.</param>
    /// <param name="output">What the bytes of the result are to stand for; null for numbers.</param>
    /// <param name="type">Element type of the result: uint8, float32 or bfloat16.</param>
    /// <param name="size">Edge of the map it is made fastest for; it reads any.</param>
    public Int8Kernel(Tensor kernels, Tensor bias, ConvolutionGeometry geometry, ByteScale input, ByteScale? output, ScalarType type, int size)
    {
        (_geometry, _outputZero, _type) = (geometry, output?.Zero ?? 0, type);
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        long outputs = kernels.shape[0];
        Tensor numbers = bias.to(ScalarType.Float32).clone();
        kernels = kernels.mul(tensor(input.Steps).view(1, -1, 1, 1));
        if (output is not null)
        {
            Tensor steps = tensor(output.Steps);
            (kernels, numbers) = (kernels.div(steps.view(-1, 1, 1, 1)), numbers.div(steps));
        }

        Tensor largest = tensor((float)ByteArithmetic.LargestKernel), least = tensor(LeastScale);
        Tensor scales = kernels.abs().amax([1, 2, 3]).div(largest).maximum(least);
        Tensor whole = kernels.div(scales.view(-1, 1, 1, 1)).round().to(ScalarType.Int8);
        _kernels = QuantizedConvolution.Pack(whole, scales, input.Zero, geometry, [1, kernels.shape[1], size, size]).DetachFromDisposeScope();
        _scales = scales.DetachFromDisposeScope();
        _noZeros = zeros(outputs, ScalarType.Int64).DetachFromDisposeScope();
        _bias = numbers.DetachFromDisposeScope();
        _inputStep = tensor(1f).DetachFromDisposeScope();
        _inputZero = tensor((long)input.Zero).DetachFromDisposeScope();
    }

    /// <summary>Runs by handle, and leaves a handle that is the caller's to free.</summary>
    /// <param name="x">Of <c>[N, in, H, W]</c> uint8, channels last in memory; the result has the same layout.</param>
    /// <exception cref="ModelException">The library could not run it.</exception>
    public nint Run(nint x)
    {
        nint result = QuantizedConvolution.Run(
            x, _inputStep.Handle, _inputZero.Handle, _kernels.Handle, _scales.Handle, _noZeros.Handle, _bias.Handle, _geometry, _outputZero, _type);
        GC.KeepAlive(this);
        return result;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _kernels.Dispose();
        _scales.Dispose();
        _noZeros.Dispose();
        _bias.Dispose();
        _inputStep.Dispose();
        _inputZero.Dispose();
    }
}

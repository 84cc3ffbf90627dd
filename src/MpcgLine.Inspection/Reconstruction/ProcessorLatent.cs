using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MpcgLine.Inspection.Primitives;
using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.Inspection.Reconstruction;

/// <summary>
/// E_post and D_pre for one tile on the processor, as a product of matrices each: their kernels of 8 x 8 over 16 x 16
/// values are mostly weights, for which libtorch's convolutions take two to three times as long. Inference thread only.
/// </summary>
internal sealed class ProcessorLatent : IDisposable
{
    private const int Lanes = 16;

    private readonly int _kernel;
    private readonly int _inner;
    private readonly int _outer;
    private readonly int _channels;
    private readonly Tensor _encoder;
    private readonly Tensor _encoderBias;
    private readonly Tensor _decoder;
    private readonly float[] _decoderBias;
    private readonly float[] _sums;
    private readonly Tensor _decoded;
    private readonly Tensor _channelsFirst;
    private readonly long[] _windows;
    private readonly long[] _windowStrides;
    private readonly long[] _flat;

    /// <summary>Folds and rearranges the weights of both layers.</summary>
    /// <param name="post">E_post: a convolution of stride 1 without padding, not activated.</param>
    /// <param name="pre">D_pre: a transposed one of the same kernel, activated.</param>
    /// <param name="size">Edge of what E_post reads and D_pre gives.</param>
    /// <param name="weights">Weights by name, float32 on the CPU; not taken over.</param>
    public ProcessorLatent(LayerShape post, LayerShape pre, int size, IReadOnlyDictionary<string, Tensor> weights)
    {
        (_kernel, _outer, _inner, _channels) = (post.Kernel, size, size - post.Kernel + 1, pre.OutChannels);
        long line = (long)size * post.InChannels, window = (long)_kernel * post.InChannels;
        // A window's lines lie one image line apart, its columns and their channels side by side.
        (_windows, _windowStrides) = ([_inner, _inner, _kernel, window], [line, post.InChannels, line, 1]);
        _flat = [_inner * _inner, _kernel * window];
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        (Tensor weight, Tensor bias) = FoldedLayer.Fold(post, weights);
        _encoder = weight.permute(0, 2, 3, 1).reshape(post.OutChannels, -1).to(ScalarType.BFloat16).clone().DetachFromDisposeScope();
        _encoderBias = bias.view(-1, 1).to(ScalarType.BFloat16).clone().DetachFromDisposeScope();
        (weight, bias) = FoldedLayer.Fold(pre, weights);
        _decoder = weight.permute(0, 2, 3, 1).reshape(pre.InChannels, -1).to(ScalarType.BFloat16).clone().DetachFromDisposeScope();
        _decoderBias = MemoryMarshal.Cast<byte, float>(bias.contiguous().bytes).ToArray();
        _sums = new float[size * size * _channels];
        _decoded = zeros([1, size, size, _channels], ScalarType.BFloat16).DetachFromDisposeScope();
        _channelsFirst = _decoded.permute(0, 3, 1, 2).DetachFromDisposeScope();
    }

    /// <summary>Into the latent values and out of them.</summary>
    /// <param name="x"><c>[1, C, 16, 16]</c> bfloat16.</param>
    /// <returns><c>[1, C, 16, 16]</c> bfloat16, channels last in memory; stays this object's and is overwritten by the next call.</returns>
    public Tensor Forward(Tensor x)
    {
        Tensor windows = x.permute(0, 2, 3, 1).contiguous().as_strided(_windows, _windowStrides).contiguous().view(_flat);
        Tensor latent = mm(_encoder, windows.t()).Plus(_encoderBias);
        Gather(MemoryMarshal.Cast<byte, ushort>(mm(latent.t(), _decoder).bytes));
        return _channelsFirst;
    }

    /// <summary>Sums what every latent value adds around its place; <paramref name="products"/> is <c>[81, 8, 8, C]</c>.</summary>
    private void Gather(ReadOnlySpan<ushort> products)
    {
        for (int place = 0; place < _outer * _outer; place++)
        {
            _decoderBias.CopyTo(_sums, place * _channels);
        }

        int line = _kernel * _channels;
        for (int latent = 0; latent < _inner * _inner; latent++)
        {
            for (int y = 0; y < _kernel; y++)
            {
                int place = ((latent / _inner) + y) * _outer + (latent % _inner);
                Add(products.Slice(((latent * _kernel) + y) * line, line), _sums.AsSpan(place * _channels, line));
            }
        }

        Activate(MemoryMarshal.Cast<byte, ushort>(_decoded.bytes));
    }

    private static void Add(ReadOnlySpan<ushort> products, Span<float> sums)
    {
        ReadOnlySpan<Vector256<ushort>> from = MemoryMarshal.Cast<ushort, Vector256<ushort>>(products);
        Span<Vector512<float>> to = MemoryMarshal.Cast<float, Vector512<float>>(sums);
        for (int i = 0; i < to.Length; i++)
        {
            // A bfloat16 is the upper half of a single.
            (Vector256<uint> low, Vector256<uint> high) = Vector256.Widen(from[i]);
            to[i] += (Vector512.Create(low, high) << 16).AsSingle();
        }

        for (int i = to.Length * Lanes; i < sums.Length; i++)
        {
            sums[i] += BitConverter.UInt32BitsToSingle((uint)products[i] << 16);
        }
    }

    /// <summary>LeakyReLU, and into the arithmetic's precision.</summary>
    private void Activate(Span<ushort> target)
    {
        Vector512<float> slope = Vector512.Create((float)LayerShape.LeakySlope);
        int i = 0;
        for (; i <= _sums.Length - Lanes; i += Lanes)
        {
            Vector512<float> sum = Vector512.Create<float>(_sums.AsSpan(i, Lanes));
            Vector512.Max(sum, sum * slope).StoreBFloat16(target[i..]);
        }

        for (; i < _sums.Length; i++)
        {
            target[i] = Math.Max(_sums[i], _sums[i] * (float)LayerShape.LeakySlope).ToBFloat16();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _encoder.Dispose();
        _encoderBias.Dispose();
        _decoder.Dispose();
        _channelsFirst.Dispose();
        _decoded.Dispose();
    }
}

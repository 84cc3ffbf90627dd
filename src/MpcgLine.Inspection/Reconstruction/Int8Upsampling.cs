using MpcgLine.Inspection.Reconstruction.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.Inspection.Reconstruction;

/// <summary>
/// A transposed 3 x 3 convolution of stride 2 and its LeakyReLU over bytes, as four convolutions, one for the pixels of each
/// parity: an even row takes the kernel's middle row from the row above it, an odd one the last and the first from the two
/// around it, and columns alike. The same sums, and none of zeros. Inference thread only.
/// </summary>
internal sealed class Int8Upsampling : FoldedLayer
{
    private const int Parities = 2;

    // Rows of the kernel that meet an even row and an odd one, in the order of the rows they take.
    private static readonly long[][] Taps = [[1], [2, 0]];

    private readonly Int8Kernel[] _kernels;
    private readonly ByteActivation _activation;
    private readonly Tensor _memory;
    private readonly Tensor _channelsFirst;
    private readonly int _channels;
    private readonly int _size;

    /// <summary>Rounds and packs, for maps of one size; parameters as <see cref="Int8Convolution"/> takes them.</summary>
    public Int8Upsampling(LayerShape shape, (Tensor Weight, Tensor Bias) folded, ByteScale input, ActivationRange range, int size)
    {
        (_channels, _size) = (shape.OutChannels, size);
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        Tensor scattering = folded.Weight.transpose(0, 1);
        ByteScale sums = ByteScale.Covering(range);
        _activation = new ByteActivation(sums, ByteScale.Covering(range.Activated()));
        _kernels = new Int8Kernel[Parities * Parities];
        for (int i = 0; i < _kernels.Length; i++)
        {
            (int down, int across) = Math.DivRem(i, Parities);
            Tensor kernels = scattering.index_select(2, tensor(Taps[down])).index_select(3, tensor(Taps[across]));
            _kernels[i] = new Int8Kernel(kernels, folded.Bias, new ConvolutionGeometry(down, across), input, sums, ScalarType.Byte, size);
        }

        _memory = zeros([1, Parities * size, Parities * size, _channels], ScalarType.Byte).DetachFromDisposeScope();
        _channelsFirst = _memory.permute(0, 3, 1, 2).DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        Span<byte> target = _memory.bytes;
        for (int i = 0; i < _kernels.Length; i++)
        {
            (int down, int across) = Math.DivRem(i, Parities);
            Tensor y = _kernels[i].Run(x);
            Interleave(Memory(y), target, down, across);
        }

        _activation.Apply(target);
        return _channelsFirst;
    }

    /// <summary>Puts the pixels of one parity in their places. Where two rows are taken, the convolution began one before the first.</summary>
    private void Interleave(ReadOnlySpan<byte> source, Span<byte> target, int down, int across)
    {
        int sourceRow = (_size + across) * _channels, targetRow = Parities * _size * _channels, pixel = _channels;
        for (int y = 0; y < _size; y++)
        {
            ReadOnlySpan<byte> from = source.Slice(((y + down) * sourceRow) + (across * pixel), _size * pixel);
            Span<byte> to = target.Slice((((Parities * y) + down) * targetRow) + (across * pixel));
            for (int x = 0; x < _size; x++)
            {
                from.Slice(x * pixel, pixel).CopyTo(to.Slice(Parities * x * pixel, pixel));
            }
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        foreach (Int8Kernel kernel in _kernels)
        {
            kernel.Dispose();
        }

        _channelsFirst.Dispose();
        _memory.Dispose();
    }
}

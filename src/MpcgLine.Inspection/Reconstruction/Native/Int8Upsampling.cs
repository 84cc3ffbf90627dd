using System.Runtime.Intrinsics;
using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.Inspection.Reconstruction.Native;

/// <summary>
/// A transposed 3 x 3 convolution of stride 2 and its LeakyReLU over bytes, as four convolutions, one for the pixels of each
/// parity: an even row takes the kernel's middle row from the row above it, an odd one the last and the first from the two
/// around it, and columns alike. The same sums, and none of zeros. Inference thread only.
/// </summary>
internal sealed class Int8Upsampling : ProcessorLayer
{
    private const int Parities = 2;

    // Rows of the kernel that meet an even row and an odd one, in the order of the rows they take.
    private static readonly long[][] Taps = [[1], [2, 0]];

    private readonly LayerShape _shape;
    private readonly Int8Kernel[] _kernels;
    private readonly Interleaving _interleaving;
    private readonly NativeTensors _made = new();

    /// <summary>Rounds and packs; parameters as <see cref="Int8Convolution"/> takes them.</summary>
    public Int8Upsampling(LayerShape shape, (Tensor Weight, Tensor Bias) folded, ByteScale input, ActivationRange range, int size)
    {
        _shape = shape;
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        Tensor scattering = folded.Weight.transpose(0, 1);
        ByteScale sums = ByteScale.Covering(range);
        _interleaving = new Interleaving(shape.Activated ? new ByteActivation(sums, ByteScale.Covering(range.Activated())) : null);
        _kernels = new Int8Kernel[Parities * Parities];
        for (int i = 0; i < _kernels.Length; i++)
        {
            (int down, int across) = Math.DivRem(i, Parities);
            Tensor kernels = scattering.index_select(2, tensor(Taps[down])).index_select(3, tensor(Taps[across]));
            _kernels[i] = new Int8Kernel(kernels, folded.Bias, new ConvolutionGeometry(down, across), input, sums, ScalarType.Byte, size);
        }
    }

    /// <inheritdoc/>
    public override nint Run(nint x)
    {
        try
        {
            NativeMap read = NativeTensors.MapOf(x);
            for (int i = 0; i < _kernels.Length; i++)
            {
                _interleaving.SetSource(i, NativeTensors.MapOf(_made.Keep(_kernels[i].Run(x))));
            }

            nint result = NativeTensors.Create(ScalarType.Byte, read.Count, _shape.OutChannels, Parities * read.Height, Parities * read.Width);
            _interleaving.Run(NativeTensors.MapOf(result));
            return result;
        }
        finally
        {
            _made.Free();
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        foreach (Int8Kernel kernel in _kernels)
        {
            kernel.Dispose();
        }
    }

    /// <summary>Puts the pixels of each parity in their places, row by row, and applies what follows while they are near.</summary>
    private sealed unsafe class Interleaving(ByteActivation? activation) : TeamWork
    {
        // Rows of a part.
        private const int Rows = 4;

        private readonly NativeMap[] _sources = new NativeMap[Parities * Parities];
        private NativeMap _target;

        /// <summary>What the kernels of one parity gave, one row longer than the result's where they take two rows, and columns alike.</summary>
        public void SetSource(int index, NativeMap source) => _sources[index] = source;

        public void Run(NativeMap target)
        {
            _target = target;
            Share(((target.Count * target.Height) + Rows - 1) / Rows);
        }

        protected override void Do(int part)
        {
            int channels = _target.Channels, width = _target.Width / Parities;
            int end = Math.Min((part + 1) * Rows, _target.Count * _target.Height);
            for (int row = part * Rows; row < end; row++)
            {
                (int tile, int y) = Math.DivRem(row, _target.Height);
                (int half, int down) = Math.DivRem(y, Parities);
                byte* to = _target.BytePixel(tile, y, 0);
                for (int across = 0; across < Parities; across++)
                {
                    // Where two rows or columns are taken, the convolution began one before the first.
                    byte* from = _sources[(Parities * down) + across].BytePixel(tile, half + down, across);
                    Spread(from, to + (across * channels), width, channels);
                }

                activation?.Apply(new Span<byte>(to, _target.Width * channels));
            }
        }

        private static void Spread(byte* from, byte* to, int pixels, int channels)
        {
            for (int x = 0; x < pixels; x++, from += channels, to += Parities * channels)
            {
                int i = 0;
                for (; i <= channels - Vector256<byte>.Count; i += Vector256<byte>.Count)
                {
                    Vector256.Load(from + i).Store(to + i);
                }

                if (i <= channels - Vector128<byte>.Count)
                {
                    Vector128.Load(from + i).Store(to + i);
                    i += Vector128<byte>.Count;
                }

                for (; i < channels; i++)
                {
                    to[i] = from[i];
                }
            }
        }
    }
}

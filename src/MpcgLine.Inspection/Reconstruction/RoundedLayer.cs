using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.Inspection.Reconstruction;

/// <summary>A layer in floating point whose result is rounded to bytes. Inference thread only.</summary>
internal sealed class RoundedLayer : FoldedLayer
{
    private const int Lanes = 16;

    private readonly FoldedLayer _layer;
    private readonly ScalarType _precision;
    private readonly int _zero;
    private readonly int _largest;
    private readonly Tensor _memory;
    private readonly Tensor _channelsFirst;

    /// <summary>Copies kernel and bias, and allocates for maps of one size.</summary>
    /// <param name="shape">The layer, activated.</param>
    /// <param name="folded">Kernel and bias, as <see cref="FoldedLayer"/> takes them.</param>
    /// <param name="range">What the layer gives before its LeakyReLU.</param>
    /// <param name="precision">Element type of the arithmetic.</param>
    /// <param name="size">Edge of what it reads of a tile of 512 x 512 px.</param>
    public RoundedLayer(LayerShape shape, (Tensor Weight, Tensor Bias) folded, ActivationRange range, ScalarType precision, int size)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        ByteScale scale = ByteScale.Covering(range.Activated());
        (_precision, _zero, _largest) = (precision, scale.Zero, scale.Largest);

        // The layer gives steps of the scale: LeakyReLU keeps a factor.
        Tensor steps = tensor(scale.Steps);
        Tensor perOutput = shape.Transposed ? steps.view(1, -1, 1, 1) : steps.view(-1, 1, 1, 1);
        _layer = Of(shape, folded.Weight.div(perOutput), folded.Bias.div(steps), precision, CPU, size);
        _memory = zeros([1, shape.OutputSize(size), shape.OutputSize(size), shape.OutChannels], ScalarType.Byte).DetachFromDisposeScope();
        _channelsFirst = _memory.permute(0, 3, 1, 2).DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        Tensor y = _layer.Forward(x.to(_precision)).to(ScalarType.Float32);
        Round(MemoryMarshal.Cast<byte, float>(Memory(y)), _memory.bytes);
        return _channelsFirst;
    }

    /// <summary>To the nearest byte; what is beyond them becomes the last.</summary>
    private void Round(ReadOnlySpan<float> values, Span<byte> bytes)
    {
        Vector512<float> zero = Vector512.Create((float)_zero), largest = Vector512.Create((float)_largest);
        Vector512<float> infinity = Vector512.Create(float.PositiveInfinity);
        for (int i = 0; i < values.Length; i += Lanes)
        {
            Vector512<float> sixteen = Vector512.Create(values.Slice(i, Lanes));
            // No byte could tell of a number that is none. Written so that NaN fails.
            if (!Vector512.LessThanAll(Vector512.Abs(sixteen), infinity))
            {
                throw new ModelException("A value within the reconstruction network is not a finite number: its arithmetic overflowed, nothing can be said of the tile.");
            }

            Vector512<uint> whole = Vector512.ConvertToUInt32(Vector512.Round(Vector512.Clamp(sixteen + zero, Vector512<float>.Zero, largest)));
            Vector256<ushort> narrow = Vector256.Narrow(whole.GetLower(), whole.GetUpper());
            Vector128.Narrow(narrow.GetLower(), narrow.GetUpper()).CopyTo(bytes[i..]);
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _layer.Dispose();
        _channelsFirst.Dispose();
        _memory.Dispose();
    }
}

using System.Runtime.InteropServices;
using MpcgLine.Inspection.Primitives;
using static TorchSharp.torch;

namespace MpcgLine.Inspection.Reconstruction.Native.Direct;

/// <summary>
/// Kernels of some output channels, laid out as <see cref="MicroKernel"/> reads them: rows of taps, taps, steps of input channels,
/// vectors of output channels, and in each lane the weights of one step. Bytes are signed, by a scale of each output channel.
/// </summary>
internal sealed unsafe class PackedKernels : IDisposable
{
    // Of a channel whose kernel is nothing but 0.
    private const float LeastScale = 1e-12f;

    private const int LargestByte = 127, Alignment = 64;

    private readonly float[,,,] _kernels;
    private readonly float[] _bias;
    private readonly TileMap _input, _output;
    private readonly int _first, _channels, _vectors;
    private readonly float[] _scales;
    private readonly List<nint> _memory = [];
    private readonly Dictionary<(TapRange Rows, TapRange Columns), nint> _constants = [];

    /// <summary>Rounds and packs.</summary>
    /// <param name="kernels"><c>[out, in, h, w]</c>.</param>
    /// <param name="bias">One per output channel.</param>
    /// <param name="input">What is read.</param>
    /// <param name="output">What is written.</param>
    /// <param name="first">First output channel.</param>
    /// <param name="vectors">Vectors of output channels; what of these is beyond the last becomes 0.</param>
    public PackedKernels(float[,,,] kernels, float[] bias, TileMap input, TileMap output, int first, int vectors)
    {
        (_kernels, _bias, _input, _output, _first, _vectors) = (kernels, bias, input, output, first, vectors);
        _channels = Math.Clamp(kernels.GetLength(0) - first, 0, vectors * MicroKernel.Lanes);
        _scales = [.. Enumerable.Range(0, _channels).Select(Scale)];
        int steps = input.PixelBytes / MicroKernel.StepBytes, rows = kernels.GetLength(2), columns = kernels.GetLength(3);
        TapBytes = steps * vectors * MicroKernel.Lanes * MicroKernel.StepBytes;
        RowBytes = columns * TapBytes;
        Weights = (byte*)Allocate(rows * RowBytes);
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                Pack(row, column, Weights + (row * RowBytes) + (column * TapBytes));
            }
        }
    }

    /// <summary>The first tap's.</summary>
    public byte* Weights { get; }

    /// <summary>Bytes from a tap to the next.</summary>
    public int TapBytes { get; }

    /// <summary>Bytes from a row of taps to the next.</summary>
    public int RowBytes { get; }

    /// <summary>
    /// <see cref="KernelCall.Constants"/> where only these taps are summed up: the sums of bytes hold as many times the byte that
    /// stands for 0 as the taps' weights are together.
    /// </summary>
    public float* Constants(TapRange rows, TapRange columns)
    {
        if (!_constants.TryGetValue((rows, columns), out nint constants))
        {
            _constants[(rows, columns)] = constants = (nint)MakeConstants(rows, columns);
        }

        return (float*)constants;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (nint memory in _memory)
        {
            NativeMemory.AlignedFree((void*)memory);
        }

        _memory.Clear();
        _constants.Clear();
    }

    private void* Allocate(int bytes)
    {
        void* memory = NativeMemory.AlignedAlloc((nuint)bytes, Alignment);
        NativeMemory.Clear(memory, (nuint)bytes);
        _memory.Add((nint)memory);
        return memory;
    }

    // What is read stands for so many times its step: kernels take steps over.
    private float Weight(int output, int input, int row, int column) =>
        _kernels[_first + output, input, row, column] * (_input.Scale?.Steps[input] ?? 1);

    /// <summary>What a byte of an output channel's kernel stands for; 1 for numbers.</summary>
    private float Scale(int output)
    {
        if (_input.Type != ScalarType.Byte)
        {
            return 1;
        }

        float largest = 0;
        for (int input = 0; input < _kernels.GetLength(1); input++)
        {
            for (int row = 0; row < _kernels.GetLength(2); row++)
            {
                for (int column = 0; column < _kernels.GetLength(3); column++)
                {
                    largest = Math.Max(largest, Math.Abs(Weight(output, input, row, column)));
                }
            }
        }

        return Math.Max(largest / LargestByte, LeastScale);
    }

    private sbyte Rounded(int output, int input, int row, int column) => (sbyte)MathF.Round(Weight(output, input, row, column) / _scales[output]);

    private void Pack(int row, int column, byte* tap)
    {
        int perStep = MicroKernel.StepBytes / MicroKernel.ElementBytes(_input.Type);
        for (int input = 0; input < _kernels.GetLength(1); input++)
        {
            (int step, int element) = Math.DivRem(input, perStep);
            for (int output = 0; output < _channels; output++)
            {
                byte* lane = tap + (((step * _vectors * MicroKernel.Lanes) + output) * MicroKernel.StepBytes);
                switch (_input.Type)
                {
                    case ScalarType.Byte:
                        ((sbyte*)lane)[element] = Rounded(output, input, row, column);
                        break;
                    case ScalarType.BFloat16:
                        ((ushort*)lane)[element] = Weight(output, input, row, column).ToBFloat16();
                        break;
                    default:
                        *(float*)lane = Weight(output, input, row, column);
                        break;
                }
            }
        }
    }

    private float* MakeConstants(TapRange rows, TapRange columns)
    {
        int count = _vectors * MicroKernel.Lanes;
        float* factors = (float*)Allocate(2 * count * sizeof(float)), addends = factors + count;
        for (int output = 0; output < _channels; output++)
        {
            float step = _output.Scale?.Steps[_first + output] ?? 1;
            float zeros = _input.Scale is { } scale ? scale.Zero * _scales[output] * SumOfWeights(output, rows, columns) : 0;
            factors[output] = _scales[output] / step;
            addends[output] = (_bias[_first + output] - zeros) / step;
        }

        return factors;
    }

    private int SumOfWeights(int output, TapRange rows, TapRange columns)
    {
        int sum = 0;
        for (int input = 0; input < _kernels.GetLength(1); input++)
        {
            for (int row = rows.First; row < rows.First + rows.Count; row++)
            {
                for (int column = columns.First; column < columns.First + columns.Count; column++)
                {
                    sum += Rounded(output, input, row, column);
                }
            }
        }

        return sum;
    }
}

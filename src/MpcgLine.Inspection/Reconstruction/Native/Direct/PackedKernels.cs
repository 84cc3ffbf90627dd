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

    private readonly TileMap _input, _output;
    private readonly int _first, _channels, _vectors;
    private readonly float[] _bias;
    private readonly float[] _scales;

    // Of each output channel's weights in bytes, tap by tap.
    private readonly int[,,] _sums;
    private readonly List<nint> _memory = [];
    private readonly Dictionary<(TapRange Rows, TapRange Columns), nint> _constants = [];

    /// <summary>Rounds and packs.</summary>
    /// <param name="kernels"><c>[out, in, h, w]</c>.</param>
    /// <param name="bias">One per output channel.</param>
    /// <param name="input">What is read.</param>
    /// <param name="output">What is written.</param>
    /// <param name="first">First output channel.</param>
    /// <param name="vectors">Vectors of output channels; what of these is beyond the last becomes 0.</param>
    /// <exception cref="ModelException">Bytes are read or written, and a weight or bias is no finite number.</exception>
    public PackedKernels(float[,,,] kernels, float[] bias, TileMap input, TileMap output, int first, int vectors)
    {
        (_input, _output, _first, _vectors) = (input, output, first, vectors);
        _channels = Math.Clamp(bias.Length - first, 0, vectors * MicroKernel.Lanes);
        _bias = bias[first..(first + _channels)];
        int steps = input.PixelBytes / MicroKernel.StepBytes, rows = kernels.GetLength(2), columns = kernels.GetLength(3);
        float[,,,] weights = WeightsOfChannels(kernels);
        _scales = [.. Enumerable.Range(0, _channels).Select(channel => ScaleOf(weights, channel))];
        _sums = new int[_channels, rows, columns];
        TapBytes = steps * vectors * MicroKernel.Lanes * MicroKernel.StepBytes;
        RowBytes = columns * TapBytes;
        Weights = (byte*)Allocate(rows * RowBytes);
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                Pack(weights, row, column, Weights + (row * RowBytes) + (column * TapBytes));
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

    /// <summary>What these channels' kernels are where what is read is counted in its steps.</summary>
    private float[,,,] WeightsOfChannels(float[,,,] kernels)
    {
        float[,,,] weights = new float[_channels, kernels.GetLength(1), kernels.GetLength(2), kernels.GetLength(3)];
        for (int output = 0; output < _channels; output++)
        {
            for (int input = 0; input < weights.GetLength(1); input++)
            {
                float step = _input.Scale?.Steps[input] ?? 1;
                for (int row = 0; row < weights.GetLength(2); row++)
                {
                    for (int column = 0; column < weights.GetLength(3); column++)
                    {
                        weights[output, input, row, column] = Finite(kernels[_first + output, input, row, column] * step, output);
                    }
                }
            }
        }

        return weights;
    }

    /// <summary>What a byte of an output channel's kernel stands for; 1 for numbers.</summary>
    private float ScaleOf(float[,,,] weights, int channel)
    {
        if (_input.Type != ScalarType.Byte)
        {
            return 1;
        }

        float largest = 0;
        for (int input = 0; input < weights.GetLength(1); input++)
        {
            for (int row = 0; row < weights.GetLength(2); row++)
            {
                for (int column = 0; column < weights.GetLength(3); column++)
                {
                    largest = Math.Max(largest, Math.Abs(weights[channel, input, row, column]));
                }
            }
        }

        return Math.Max(largest / LargestByte, LeastScale);
    }

    private void Pack(float[,,,] weights, int row, int column, byte* tap)
    {
        int perStep = MicroKernel.StepBytes / MicroKernel.ElementBytes(_input.Type);
        for (int input = 0; input < weights.GetLength(1); input++)
        {
            (int step, int element) = Math.DivRem(input, perStep);
            for (int output = 0; output < _channels; output++)
            {
                float weight = weights[output, input, row, column];
                byte* lane = tap + (((step * _vectors * MicroKernel.Lanes) + output) * MicroKernel.StepBytes);
                switch (_input.Type)
                {
                    case ScalarType.Byte:
                        sbyte whole = (sbyte)MathF.Round(weight / _scales[output]);
                        ((sbyte*)lane)[element] = whole;
                        _sums[output, row, column] += whole;
                        break;
                    case ScalarType.BFloat16:
                        ((ushort*)lane)[element] = weight.ToBFloat16();
                        break;
                    default:
                        *(float*)lane = weight;
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
            factors[output] = Finite(_scales[output] / step, output);
            addends[output] = Finite((_bias[output] - zeros) / step, output);
        }

        return factors;
    }

    private int SumOfWeights(int output, TapRange rows, TapRange columns)
    {
        int sum = 0;
        for (int row = rows.First; row < rows.First + rows.Count; row++)
        {
            for (int column = columns.First; column < columns.First + columns.Count; column++)
            {
                sum += _sums[output, row, column];
            }
        }

        return sum;
    }

    /// <summary>Bytes can't tell of what is no number, as numbers do.</summary>
    private float Finite(float value, int output) =>
        float.IsFinite(value) || (_input.Type != ScalarType.Byte && _output.Type != ScalarType.Byte)
            ? value
            : throw new ModelException($"Output channel {_first + output} of a layer over bytes has a weight, bias or scale of {value}; finite numbers are needed.");
}

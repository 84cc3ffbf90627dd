using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using MpcgLine.Inspection.Primitives;
using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.Inspection.Reconstruction.Native.Direct;

/// <summary>
/// A convolution from one map to another, with what follows it in the same pass. All that it does is planned when it is made; a tile
/// then takes a list of calls, which libtorch's threads share. Sums of bytes are exact, and each sum is made by one call, so that
/// neither threads nor their order change a result. Inference thread only.
/// </summary>
internal sealed unsafe class DirectConvolution : TeamWork, IDisposable
{
    // Enough to be worth a thread, few enough to share evenly.
    private const long ProductsOfPart = 2_000_000;

    private readonly int _stride, _outputStep;
    private readonly bool _activated, _added;
    private readonly TileMap _input, _output;
    private readonly Dictionary<KernelShape, MachineCode> _codes = [];
    private readonly List<PackedKernels> _kernels = [];

    // Of the parts, the first call of each, and at last the number of all calls.
    private readonly int[] _firstCalls = [];
    private KernelCall* _calls;

    /// <summary>Packs the kernels, assembles the code and plans the calls.</summary>
    /// <param name="parts">One, or one for each parity of rows and columns.</param>
    /// <param name="bias">One per output channel; not taken over.</param>
    /// <param name="stride">Of what is read, from pixel to pixel.</param>
    /// <param name="activated">LeakyReLU follows.</param>
    /// <param name="added">What the output holds, which are numbers, is added before that.</param>
    /// <param name="input">Read; not taken over. Its border holds what the kernels reach beyond it.</param>
    /// <param name="output">Written; not taken over.</param>
    /// <exception cref="ModelException">As <see cref="WhyNot"/> says, or from <see cref="PackedKernels"/> or <see cref="MachineCode"/>.</exception>
    /// <exception cref="ArgumentException">Kernels and maps don't fit.</exception>
    public DirectConvolution(IReadOnlyList<KernelPart> parts, Tensor bias, int stride, bool activated, bool added, TileMap input, TileMap output)
    {
        // Code with an instruction that the processor lacks would end the program.
        if ((WhyNot(input.Type) ?? WhyNot(output.Type)) is { } reason)
        {
            throw new ModelException($"A layer from {input.Type} to {output.Type} can't be run here: {reason}.");
        }

        (_stride, _activated, _added, _input, _output) = (stride, activated, added, input, output);
        _outputStep = parts.Count > 1 ? 2 : 1;
        using DisposeScope scope = NewDisposeScope();
        float[] biases = bias.to(ScalarType.Float32).contiguous().Singles().ToArray();
        var calls = new List<KernelCall>();
        var firstCalls = new List<int> { 0 };
        try
        {
            foreach (KernelPart part in parts)
            {
                float[,,,] kernels = Values(part.Kernels);
                RequireMatching(part, kernels, biases);
                foreach ((int first, int vectors) in VectorsOf(biases.Length))
                {
                    Plan(part, kernels, biases, first, vectors, calls, firstCalls);
                }
            }
        }
        catch
        {
            Dispose();
            throw;
        }

        if (firstCalls[^1] != calls.Count)
        {
            firstCalls.Add(calls.Count);
        }

        _firstCalls = [.. firstCalls];
        _calls = (KernelCall*)NativeMemory.Alloc((nuint)calls.Count, (nuint)sizeof(KernelCall));
        CollectionsMarshal.AsSpan(calls).CopyTo(new Span<KernelCall>(_calls, calls.Count));
    }

    /// <summary>Why there are no such convolutions of an element type on this machine, in words; null where there are.</summary>
    /// <param name="type">Of what is read or written.</param>
    public static string? WhyNot(ScalarType type) => type switch
    {
        _ when !OperatingSystem.IsLinux() || !X86Base.X64.IsSupported || !Avx512BW.IsSupported || !Avx512F.VL.IsSupported =>
            "there are no vectors of 512 bits (AVX-512) under Linux",
        ScalarType.Byte when !HasVnni => "the processor does not sum products of bytes in 32 bits (AVX-512 VNNI)",
        ScalarType.BFloat16 when !HasBFloat16 => "the processor does not multiply bfloat16 in vectors (AVX-512 BF16)",
        _ => MachineCode.WhyNot,
    };

    // CPUID leaf 7, ECX bit 11, and of subleaf 1 EAX bit 5.
    private static bool HasVnni => (X86Base.CpuId(7, 0).Ecx & (1 << 11)) != 0;

    private static bool HasBFloat16 => (X86Base.CpuId(7, 1).Eax & (1 << 5)) != 0;

    /// <summary>Makes the output of what the input holds.</summary>
    public void Run()
    {
        ObjectDisposedException.ThrowIf(_calls is null, this);
        Share(_firstCalls.Length - 1);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.Free(_calls);
        _calls = null;
        _kernels.ForEach(kernels => kernels.Dispose());
        foreach (MachineCode code in _codes.Values)
        {
            code.Dispose();
        }
    }

    /// <inheritdoc/>
    protected override void Do(int part)
    {
        for (int call = _firstCalls[part]; call < _firstCalls[part + 1]; call++)
        {
            KernelCall.Run(_calls + call);
        }
    }

    /// <summary>Output channels in vectors, as evenly as they go: the first of each and their number.</summary>
    private static IEnumerable<(int First, int Count)> VectorsOf(int channels)
    {
        int vectors = (channels + MicroKernel.Lanes - 1) / MicroKernel.Lanes, groups = (vectors + MicroKernel.MostVectors - 1) / MicroKernel.MostVectors, first = 0;
        for (int group = 0; group < groups; group++)
        {
            int count = (vectors / groups) + (group < vectors % groups ? 1 : 0);
            yield return (first, count);
            first += count;
        }
    }

    private static float[,,,] Values(Tensor kernels)
    {
        long[] shape = kernels.shape;
        float[,,,] values = new float[shape[0], shape[1], shape[2], shape[3]];
        ReadOnlySpan<float> from = kernels.to(ScalarType.Float32).contiguous().Singles();
        from.CopyTo(MemoryMarshal.CreateSpan(ref values[0, 0, 0, 0], values.Length));
        return values;
    }

    /// <summary>Calls for some output channels, row by row.</summary>
    private void Plan(KernelPart part, float[,,,] kernels, float[] bias, int first, int vectors, List<KernelCall> calls, List<int> firstCalls)
    {
        int size = _output.Size / _outputStep, channelBytes = first * MicroKernel.Lanes * MicroKernel.ElementBytes(_output.Type);
        var packed = new PackedKernels(kernels, bias, _input, _output, first * MicroKernel.Lanes, vectors);
        _kernels.Add(packed);
        IReadOnlyList<ColumnRun> runs = ColumnRun.Cheapest(size, vectors, _stride, part.Left, kernels.GetLength(3), _input.Size);
        long products = 0;
        for (int y = 0; y < size; y++)
        {
            int top = (y * _stride) + part.Top;
            TapRange rows = TapRange.Meeting(top, top, kernels.GetLength(2), _input.Size);
            foreach (ColumnRun run in runs)
            {
                KernelShape shape = Shape(run.Pixels, vectors);
                calls.Add(new KernelCall
                {
                    Input = _input.Pixel(top + rows.First, (run.First * _stride) + part.Left + run.Taps.First),
                    Weights = packed.Weights + (rows.First * packed.RowBytes) + (run.Taps.First * packed.TapBytes),
                    Output = _output.Pixel((y * _outputStep) + part.OutputTop, (run.First * _outputStep) + part.OutputLeft) + channelBytes,
                    Constants = packed.Constants(rows, run.Taps),
                    Blocks = run.Blocks,
                    Rows = rows.Count,
                    Steps = run.Taps.Count * _input.PixelBytes / (MicroKernel.StepBytes * shape.StepsAtOnce),
                    InputSkip = _input.RowBytes - (run.Taps.Count * _input.PixelBytes),
                    WeightSkip = packed.RowBytes - (run.Taps.Count * packed.TapBytes),
                    Zero = _output.Scale?.Zero ?? 0,
                    Entry = CodeOf(shape).Entry,
                });
                products += (long)run.Blocks * run.Pixels * vectors * MicroKernel.Lanes * rows.Count * run.Taps.Count * _input.Channels;
            }

            if (products >= ProductsOfPart)
            {
                firstCalls.Add(calls.Count);
                products = 0;
            }
        }
    }

    private KernelShape Shape(int pixels, int vectors)
    {
        int steps = _input.PixelBytes / MicroKernel.StepBytes;
        int atOnce = Enumerable.Range(1, MicroKernel.MostStepsAtOnce).Last(count => steps % count == 0);
        return new KernelShape(
            _input.Type, _output.Type, pixels, vectors, _stride * _input.PixelBytes, _outputStep * _output.PixelBytes, atOnce, _activated, _added);
    }

    private MachineCode CodeOf(in KernelShape shape)
    {
        if (!_codes.TryGetValue(shape, out MachineCode? code))
        {
            _codes[shape] = code = MicroKernel.Assemble(shape);
        }

        return code;
    }

    private void RequireMatching(KernelPart part, float[,,,] kernels, float[] bias)
    {
        int last = ((_output.Size / _outputStep) - 1) * _stride, height = kernels.GetLength(2), width = kernels.GetLength(3);
        int before = -Math.Min(part.Top, part.Left), after = Math.Max(last + part.Top + height, last + part.Left + width) - _input.Size;
        bool areChannels = kernels.GetLength(0) == bias.Length && bias.Length == _output.Channels && kernels.GetLength(1) == _input.Channels;
        bool hasRoom = _input.PixelBytes % MicroKernel.StepBytes == 0 && _output.PixelBytes % (MicroKernel.Lanes * MicroKernel.ElementBytes(_output.Type)) == 0;
        if (!areChannels || !hasRoom || Math.Max(before, after) > _input.Border || (_added && _output.Type == ScalarType.Byte))
        {
            throw new ArgumentException(
                $"Kernels [{kernels.GetLength(0)}, {kernels.GetLength(1)}, {height}, {width}] from {part.Top}, {part.Left} on don't go from {_input.Channels} channels "
                + $"({_input.PixelBytes} bytes) of {_input.Size} + 2 x {_input.Border} pixels to {_output.Channels} ({_output.PixelBytes} bytes) of {_output.Size}"
                + $"{(_added ? $" {_output.Type}, added" : "")}.",
                nameof(part));
        }
    }
}

using BenchmarkDotNet.Attributes;
using MpcgLine.Inspection.Difference;
using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Inspection.Reconstruction.Native.Direct;
using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.Benchmarks;

/// <summary>
/// Each layer of both networks on one tile: the library's in bfloat16, and direct convolutions in bfloat16 and over bytes. Where the
/// processor has none of these, the benchmark says so and ends.
/// </summary>
[InProcess]
public class DirectConvolutionBenchmarks : IDisposable
{
    private readonly List<IDisposable> _owned = [];
    private ProcessorConvolution? _library;
    private DirectConvolution? _direct;
    private DirectConvolution? _bytes;
    private Tensor? _x;

    /// <summary>The same layers as those in single precision.</summary>
    public static IEnumerable<ConvolutionBenchmarks.LayerCase> Layers => ConvolutionBenchmarks.Layers;

    [ParamsSource(nameof(Layers))]
    public ConvolutionBenchmarks.LayerCase Layer { get; set; } = null!;

    [GlobalSetup]
    public void Setup()
    {
        if ((DirectConvolution.WhyNot(ScalarType.BFloat16) ?? DirectConvolution.WhyNot(ScalarType.Byte)) is { } reason)
        {
            throw new NotSupportedException($"Nothing to compare: {reason}.");
        }

        using DisposeScope scope = NewDisposeScope();
        (LayerShape shape, int size) = (Layer.Shape, Layer.Size);
        Tensor weight = randn(shape.WeightShape), bias = randn(shape.OutChannels);
        _library = Owned(new ProcessorConvolution(shape, weight, bias, ScalarType.BFloat16, size));
        _x = Owned(FoldedLayer.ChannelsLast(randn(1, shape.InChannels, size, size).to(ScalarType.BFloat16)).DetachFromDisposeScope());
        _direct = Owned(Layered(ScalarType.BFloat16, (weight, bias)));
        _bytes = Owned(Layered(ScalarType.Byte, (weight, bias)));
    }

    [Benchmark(Baseline = true)]
    public void Library() => _library!.Forward(_x!).Dispose();

    [Benchmark]
    public void Direct() => _direct!.Run();

    [Benchmark]
    public void DirectOverBytes() => _bytes!.Run();

    /// <inheritdoc/>
    [GlobalCleanup]
    public void Dispose()
    {
        _owned.ForEach(owned => owned.Dispose());
        _owned.Clear();
        GC.SuppressFinalize(this);
    }

    private DirectConvolution Layered(ScalarType type, (Tensor Weight, Tensor Bias) folded)
    {
        (LayerShape shape, int size) = (Layer.Shape, Layer.Size);
        // What a layer wrote has room for whole vectors of channels; what the fusion reads, for whole steps.
        int granularity = shape.InChannels == FusionLayers.InputChannels(FusionMaps.All) ? MicroKernel.StepBytes / MicroKernel.ElementBytes(type) : MicroKernel.Lanes;
        TileMap input = Map(type, size, shape.InChannels, granularity), output = Map(type, shape.OutputSize(size), shape.OutChannels, MicroKernel.Lanes);
        return DirectLayer.Of(shape, folded, added: false, input, output);
    }

    private TileMap Map(ScalarType type, int size, int channels, int granularity) => Owned(new TileMap(
        type, size, channels, granularity, DirectLayer.Border(Layer.Shape), type == ScalarType.Byte ? new ByteScale(100, [.. Enumerable.Repeat(1f, channels)]) : null));

    private T Owned<T>(T owned)
        where T : IDisposable
    {
        _owned.Add(owned);
        return owned;
    }
}

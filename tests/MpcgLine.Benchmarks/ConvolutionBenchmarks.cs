using BenchmarkDotNet.Attributes;
using MpcgLine.Inspection.Difference;
using MpcgLine.Inspection.Reconstruction;
using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.Benchmarks;

/// <summary>Each layer of both networks on one tile, in single precision: the library's and, where there is one, our own.</summary>
[InProcess]
public class ConvolutionBenchmarks : IDisposable
{
    private ProcessorConvolution? _library;
    private FoldedLayer? _chosen;
    private Tensor? _x;

    /// <summary>Layers of the fusion and of an autoencoder of width 0.5, each shape once.</summary>
    public static IEnumerable<LayerCase> Layers
    {
        get
        {
            IReadOnlyList<LayerShape> fusion = FusionLayers.Shapes(FusionMaps.All);
            return fusion.Zip(FusionLayers.InputSizes(fusion), (shape, size) => new LayerCase(shape, size))
                .Concat(ReconstructionModel.Inner(ReconstructionLayers.Table4(0.5)).Select(layer => new LayerCase(layer.Shape, layer.Size)))
                .DistinctBy(layer => (layer.Shape with { Name = string.Empty }, layer.Size));
        }
    }

    [ParamsSource(nameof(Layers))]
    public LayerCase Layer { get; set; } = null!;

    [GlobalSetup]
    public void Setup()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor weight = randn(Layer.Shape.WeightShape), bias = randn(Layer.Shape.OutChannels);
        _library = new ProcessorConvolution(Layer.Shape, weight, bias, ScalarType.Float32, Layer.Size);
        _chosen = FoldedLayer.Of(Layer.Shape, weight, bias, ScalarType.Float32, CPU, Layer.Size);
        _x = FoldedLayer.ChannelsLast(randn(1, Layer.Shape.InChannels, Layer.Size, Layer.Size)).DetachFromDisposeScope();
    }

    [Benchmark(Baseline = true)]
    public void Library() => _library!.Forward(_x!).Dispose();

    [Benchmark]
    public void Chosen() => _chosen!.Forward(_x!).Dispose();

    /// <inheritdoc/>
    [GlobalCleanup]
    public void Dispose()
    {
        _library?.Dispose();
        _chosen?.Dispose();
        _x?.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>A layer and the edge of what it reads.</summary>
    public sealed record LayerCase(LayerShape Shape, int Size)
    {
        /// <inheritdoc/>
        public override string ToString() => $"{Shape.Name} {Size}";
    }
}

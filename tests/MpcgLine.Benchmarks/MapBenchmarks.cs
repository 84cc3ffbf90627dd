using BenchmarkDotNet.Attributes;
using MpcgLine.Inspection.Difference;
using MpcgLine.Inspection.Tiling;
using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.Benchmarks;

/// <summary>What the processor does with one tile between and beside the networks.</summary>
[InProcess]
[MemoryDiagnoser]
public class MapBenchmarks : IDisposable
{
    private const int Size = TileRowFindings.TileSize;
    private const float GrayScale = 5;

    private readonly ProcessorRegionalAnalysis _analysis = new();
    private readonly ProcessorFusionInput _singles = new(FusionMaps.All, GrayScale, ScalarType.Float32);
    private readonly ProcessorFusionInput _bFloat16s = new(FusionMaps.All, GrayScale, ScalarType.BFloat16);
    private readonly sbyte[] _residual = new sbyte[Size * Size];
    private readonly Tensor _tile, _reconstruction, _change;

    public MapBenchmarks()
    {
        Random random = new(1);
        float[] Gray(double noise) => [.. Enumerable.Range(0, Size * Size).Select(i => (float)(100 + (40 * Math.Sin(i / 90.0)) + (noise * random.NextDouble())))];
        using Tensor tile = tensor(Gray(noise: 30), [1, 1, Size, Size]);
        _tile = tile.to(ScalarType.Byte);
        _reconstruction = tensor(Gray(noise: 1), [1, 1, Size, Size]);
        _change = _analysis.Change(_tile, _reconstruction).clone();
    }

    [Benchmark]
    public void RegionalAnalysis() => _analysis.Change(_tile, _reconstruction);

    [Benchmark]
    public void Residual() => ProcessorResidual.Write(_tile, _reconstruction, _residual);

    [Benchmark]
    public void FusionInputInSinglePrecision() => _singles.Stack(_tile, _reconstruction, _change);

    [Benchmark]
    public void FusionInputInBFloat16() => _bFloat16s.Stack(_tile, _reconstruction, _change);

    /// <inheritdoc/>
    [GlobalCleanup]
    public void Dispose()
    {
        _analysis.Dispose();
        _singles.Dispose();
        _bFloat16s.Dispose();
        _tile.Dispose();
        _reconstruction.Dispose();
        _change.Dispose();
        GC.SuppressFinalize(this);
    }
}

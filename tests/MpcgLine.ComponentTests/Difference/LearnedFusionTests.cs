using MpcgLine.Inspection.Difference;
using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Tiling;
using MpcgLine.Learning.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.ComponentTests.Difference;

[Collection(TensorTests.Name)]
public sealed class LearnedFusionTests
{
    [Fact]
    public void ScoreFirst_ByHandle_IsWhatTheLibrarysOperationsMake()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        using var network = new TrainableNetwork(FusionLayers.Shapes(FusionMaps.All), ScalarType.Float32, new Random(2));
        using var fusion = new LearnedFusion(FusionMaps.All, 10, 0, network.Tensors, ScalarType.Float32, CPU);
        Assert.True(fusion.RunsByHandle, "nothing is compared");
        Tensor tiles = tensor(TestModel.Tile(1)).view(1, 1, TileRowFindings.TileSize, TileRowFindings.TileSize);
        Tensor reconstruction = tiles.to(ScalarType.Float32).flip(3);
        Tensor change = arange(TileRowFindings.PatchCount * TileRowFindings.PatchCount, ScalarType.Float32).view(1, TileRowFindings.PatchCount, TileRowFindings.PatchCount);
        TileBatch batch = new(tiles, reconstruction, change, ones_like(tiles));
        float[] actual = new float[TileRowFindings.ScoreSize * TileRowFindings.ScoreSize];

        // What a GPU would do, and a processor whose libtorch has no fused layers.
        float[] expected = fusion.FuseOnGpu(batch).Scores.Singles().ToArray();
        fusion.ScoreFirst(batch, actual);

        Assert.True(expected.Max() - expected.Min() > 0.1, "the network answers a constant");
        Assert.All(Enumerable.Range(0, actual.Length), i => Assert.Equal(expected[i], actual[i], 1e-3));
    }
}

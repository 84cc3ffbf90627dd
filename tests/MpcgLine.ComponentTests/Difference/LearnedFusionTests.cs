using MpcgLine.ComponentTests.Reconstruction;
using MpcgLine.Inspection;
using MpcgLine.Inspection.Difference;
using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Reconstruction;
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
        TileBatch batch = Batch();
        float[] actual = new float[TileRowFindings.ScoreSize * TileRowFindings.ScoreSize];

        // What a GPU would do, and a processor whose libtorch has no fused layers.
        float[] expected = fusion.FuseOnGpu(batch).Scores.Singles().ToArray();
        fusion.ScoreFirst(batch, actual);

        Assert.True(expected.Max() - expected.Min() > 0.1, "the network answers a constant");
        Assert.All(Enumerable.Range(0, actual.Length), i => Assert.Equal(expected[i], actual[i], 1e-3));
    }

    [Theory]
    [InlineData(ScalarType.Float32, 1e-4)]
    [InlineData(ScalarType.BFloat16, 0.1)]
    public void Score_ByDirectConvolutions_IsWhatTheLibrarysOperationsMake(ScalarType precision, double tolerance)
    {
        DirectLayerTests.SkipWithout(precision);
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        foreach (FusionMaps maps in new[] { FusionMaps.Tile, FusionMaps.All })
        {
            using var network = new TrainableNetwork(FusionLayers.Shapes(maps), ScalarType.Float32, new Random(2));
            using var library = new LearnedFusion(maps, 10, 0, network.Tensors, ScalarType.Float32, CPU);
            using var direct = new DirectFusion(maps, 10, network.Tensors, precision, null);
            TileBatch batch = Batch();
            float[] actual = new float[TileRowFindings.ScoreSize * TileRowFindings.ScoreSize];

            float[] expected = library.FuseOnGpu(batch).Scores.Singles().ToArray();
            direct.Score(batch, actual);

            float spread = expected.Max() - expected.Min();
            Assert.True(spread > 0.1, "the network answers a constant");
            Assert.All(Enumerable.Range(0, actual.Length), i => Assert.Equal(expected[i], actual[i], tolerance * spread));
        }
    }

    private static TileBatch Batch()
    {
        Tensor tiles = tensor(TestModel.Tile(1)).view(1, 1, TileRowFindings.TileSize, TileRowFindings.TileSize);
        Tensor change = arange(TileRowFindings.PatchCount * TileRowFindings.PatchCount, ScalarType.Float32).view(1, TileRowFindings.PatchCount, TileRowFindings.PatchCount);
        return new TileBatch(tiles, tiles.to(ScalarType.Float32).flip(3), change, ones_like(tiles));
    }
}

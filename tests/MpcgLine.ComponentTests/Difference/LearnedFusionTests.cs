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

    [Fact]
    public void ScoreFirst_OverBytes_IsCloseToSinglePrecision()
    {
        Int8LayerTests.SkipWhereNotMultiplied();
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        ModelBundle bundle = TestModel.Create();
        IReadOnlyDictionary<string, ActivationRange> ranges = ActivationRanges.Measure(bundle, [TestModel.Tile(1)]);

        float[] expected = Scores(bundle, new InferenceOptions { BatchTiles = 1, Precision = Precision.Float32 });
        float[] actual = Scores(bundle, new InferenceOptions { BatchTiles = 1, Precision = Precision.Int8, ActivationRanges = ranges });

        double spread = Math.Sqrt(expected.Average(e => Math.Pow(e - expected.Average(), 2)));
        Assert.True(spread > 0.01, $"the network answers a constant: its spread is {spread}");
        // What random weights give is small beside what they sum up; a trained network's bytes err by a tenth of the spread.
        Assert.InRange(Math.Sqrt(expected.Zip(actual, (e, a) => Math.Pow(e - a, 2)).Average()), 0, 0.35 * spread);
    }

    [Fact]
    public void Constructor_RangesOfWhatIsAddedDiffer_NamesBothLayers()
    {
        Int8LayerTests.SkipWhereNotMultiplied();
        using DisposeScope scope = NewDisposeScope();
        ModelBundle bundle = TestModel.Create();
        Dictionary<string, ActivationRange> ranges = ActivationRanges.Measure(bundle, [TestModel.Tile(1)]).ToDictionary();
        ranges["stem.skip"] = ranges["stem.0"];

        ModelException error = Assert.Throws<ModelException>(
            () => new TileInspector(bundle, new InferenceOptions { BatchTiles = 1, Precision = Precision.Int8, ActivationRanges = ranges }));

        Assert.Contains("stem.up and stem.skip", error.Message, StringComparison.Ordinal);
    }

    private static float[] Scores(ModelBundle bundle, InferenceOptions options)
    {
        using var inspector = new TileInspector(bundle, options);
        TileRowFindings findings = new(1);
        TestModel.Tile(1).CopyTo(inspector.Tile(0));
        inspector.MarkWhollyInspected(0);
        inspector.Inspect(1, findings);
        return findings.Scores(0).ToArray();
    }
}

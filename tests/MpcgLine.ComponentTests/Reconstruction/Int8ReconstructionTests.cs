using MpcgLine.Inspection.Reconstruction;
using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.ComponentTests.Reconstruction;

[Collection(TensorTests.Name)]
public sealed class Int8ReconstructionTests
{
    private static readonly ModelBundle Bundle = TestModel.Create();

    private static IReadOnlyDictionary<string, ActivationRange> Ranges => ActivationRanges.Measure(Bundle, [TestModel.Tile(1)]);

    [Fact]
    public void Reconstruct_WholeNetwork_IsCloseToSinglePrecision()
    {
        Int8LayerTests.SkipWhereNotMultiplied();
        using var scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        Dictionary<string, Tensor> weights = ModelBundle.ToTensors(Bundle.Reconstruction);
        using var single = new ReconstructionModel(TestModel.Width, weights, ScalarType.Float32, CPU);
        using var bytes = new Int8Reconstruction(TestModel.Width, weights, Ranges, ScalarType.Float32);
        Tensor tile = Tile(1);

        Tensor expected = single.Reconstruct(tile), actual = bytes.Reconstruct(tile);

        Assert.Equal(expected.shape, actual.shape);
        // Random weights make a picture too; one of a single gray level would prove nothing.
        Assert.True(expected.std().ToDouble() > 5, $"the picture's deviation is {expected.std().ToDouble()}");
        Assert.InRange((actual - expected).square().mean().sqrt().ToDouble(), 0, 0.1 * expected.std().ToDouble());
    }

    [Fact]
    public void Reconstruct_OtherNumberOfThreads_IsTheSameToTheBit()
    {
        Int8LayerTests.SkipWhereNotMultiplied();
        using var scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        using var bytes = new Int8Reconstruction(TestModel.Width, ModelBundle.ToTensors(Bundle.Reconstruction), Ranges, ScalarType.Float32);
        int before = get_num_threads();
        try
        {
            set_num_threads(1);
            Tensor one = bytes.Reconstruct(Tile(2)).clone();
            set_num_threads(2);

            Assert.True(bytes.Reconstruct(Tile(2)).Equals(one));
        }
        finally
        {
            set_num_threads(before);
        }
    }

    [Fact]
    public void Constructor_RangeMissingOrOfAnotherLayer_NamesTheLayer()
    {
        Int8LayerTests.SkipWhereNotMultiplied();
        using var scope = NewDisposeScope();
        Dictionary<string, ActivationRange> ranges = Ranges.ToDictionary();
        ranges["ConvBlock2.0"] = ranges["ConvBlock1.0"];

        ModelException error = Assert.Throws<ModelException>(
            () => new Int8Reconstruction(TestModel.Width, ModelBundle.ToTensors(Bundle.Reconstruction), ranges, ScalarType.Float32));

        Assert.Contains("ConvBlock2.0", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Reconstruct_LastLayerIsNoNumber_StaysNone()
    {
        Int8LayerTests.SkipWhereNotMultiplied();
        using var scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        Dictionary<string, Tensor> weights = ModelBundle.ToTensors(Bundle.Reconstruction);
        weights["D_post.bias"].fill_(float.NaN);
        using var bytes = new Int8Reconstruction(TestModel.Width, weights, Ranges, ScalarType.Float32);

        // Of which the change of the DCT feature tells, whatever the fusion's bytes make of it.
        Assert.True(bytes.Reconstruct(Tile(1)).isnan().all().ToBoolean());
    }

    [Fact]
    public void Measure_NoTile_IsRefused() => Assert.Throws<ArgumentException>(() => ActivationRanges.Measure(Bundle, []));

    private static Tensor Tile(int seed) => tensor(TestModel.Tile(seed)).view(1, 1, 512, 512);
}

using MpcgLine.Inspection.Reconstruction;
using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.ComponentTests.Reconstruction;

[Collection(TensorTests.Name)]
public sealed class DirectReconstructionTests
{
    private static readonly ModelBundle Bundle = TestModel.Create();

    private static IReadOnlyDictionary<string, ActivationRange> Ranges => ActivationRanges.Measure(Bundle, [TestModel.Tile(1)]);

    // Of the picture's deviation.
    [Theory]
    [InlineData(true, ScalarType.Float32, 0.1)]
    [InlineData(true, ScalarType.BFloat16, 0.1)]
    [InlineData(false, ScalarType.BFloat16, 0.03)]
    [InlineData(false, ScalarType.Float32, 1e-4)]
    public void Reconstruct_WholeNetwork_IsCloseToTheLibrarysInSinglePrecision(bool overBytes, ScalarType precision, double tolerance)
    {
        DirectLayerTests.SkipWithout(precision);
        DirectLayerTests.SkipWithout(overBytes ? ScalarType.Byte : precision);
        using var scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        Dictionary<string, Tensor> weights = ModelBundle.ToTensors(Bundle.Reconstruction);
        using var single = new ReconstructionModel(TestModel.Width, weights, ScalarType.Float32, CPU);
        using var direct = new DirectReconstruction(TestModel.Width, weights, overBytes ? Ranges : null, precision);
        Tensor tile = Tile(1);

        Tensor expected = single.Reconstruct(tile), actual = direct.Reconstruct(tile);

        Assert.Equal(expected.shape, actual.shape);
        // Random weights make a picture too; one of a single gray level would prove nothing.
        Assert.True(expected.std().ToDouble() > 5, $"the picture's deviation is {expected.std().ToDouble()}");
        Assert.InRange((actual - expected).square().mean().sqrt().ToDouble(), 0, tolerance * expected.std().ToDouble());
    }

    [Fact]
    public void Reconstruct_OtherNumberOfThreads_IsTheSameToTheBit()
    {
        DirectLayerTests.SkipWithout(ScalarType.Byte);
        using var scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        using var bytes = new DirectReconstruction(TestModel.Width, ModelBundle.ToTensors(Bundle.Reconstruction), Ranges, ScalarType.Float32);
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
        DirectLayerTests.SkipWithout(ScalarType.Byte);
        using var scope = NewDisposeScope();
        Dictionary<string, ActivationRange> ranges = Ranges.ToDictionary();
        ranges["ConvBlock2.0"] = ranges["ConvBlock1.0"];

        ModelException error = Assert.Throws<ModelException>(
            () => new DirectReconstruction(TestModel.Width, ModelBundle.ToTensors(Bundle.Reconstruction), ranges, ScalarType.Float32));

        Assert.Contains("ConvBlock2.0", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Reconstruct_LastLayerIsNoNumber_StaysNone()
    {
        DirectLayerTests.SkipWithout(ScalarType.Byte);
        using var scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        Dictionary<string, Tensor> weights = ModelBundle.ToTensors(Bundle.Reconstruction);
        weights["D_post.bias"].fill_(float.NaN);
        using var bytes = new DirectReconstruction(TestModel.Width, weights, Ranges, ScalarType.Float32);

        // Of which the change of the DCT feature tells.
        Assert.True(bytes.Reconstruct(Tile(1)).isnan().all().ToBoolean());
    }

    [Fact]
    public void Measure_NoTile_IsRefused() => Assert.Throws<ArgumentException>(() => ActivationRanges.Measure(Bundle, []));

    private static Tensor Tile(int seed) => tensor(TestModel.Tile(seed)).view(1, 1, 512, 512);
}

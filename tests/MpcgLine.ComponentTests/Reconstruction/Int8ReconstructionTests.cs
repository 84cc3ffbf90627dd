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
        // Activations of 7 bits, as without VNNI, come to a ninth of the deviation in a network as narrow as this one.
        Assert.InRange((actual - expected).square().mean().sqrt().ToDouble(), 0, 0.2 * expected.std().ToDouble());
    }

    [Fact]
    public void Reconstruct_OtherNumberOfThreads_IsTheSameToTheBit()
    {
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
        using var scope = NewDisposeScope();
        Dictionary<string, ActivationRange> ranges = Ranges.ToDictionary();
        ranges["ConvBlock2.0"] = ranges["ConvBlock1.0"];

        ModelException error = Assert.Throws<ModelException>(
            () => new Int8Reconstruction(TestModel.Width, ModelBundle.ToTensors(Bundle.Reconstruction), ranges, ScalarType.Float32));

        Assert.Contains("ConvBlock2.0", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Measure_NoTile_IsRefused() => Assert.Throws<ArgumentException>(() => ActivationRanges.Measure(Bundle, []));

    private static Tensor Tile(int seed) => tensor(TestModel.Tile(seed)).view(1, 1, 512, 512);
}

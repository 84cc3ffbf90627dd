using MpcgLine.Inspection.Difference;
using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Inspection.Reconstruction.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.ComponentTests.Reconstruction;

[Collection(TensorTests.Name)]
public sealed class ProcessorConvolutionTests
{
    public static TheoryData<LayerShape, int> Layers()
    {
        var layers = new TheoryData<LayerShape, int>();
        IReadOnlyList<LayerShape> fusion = FusionLayers.Shapes(FusionMaps.All);
        foreach ((LayerShape shape, int size) in fusion.Zip(FusionLayers.InputSizes(fusion)))
        {
            layers.Add(shape, size);
        }

        // Two widths, one of them with odd channels.
        foreach (double width in new[] { 0.125, 0.3 })
        {
            foreach ((LayerShape shape, int size) in ReconstructionModel.Inner(ReconstructionLayers.Table4(width)))
            {
                layers.Add(shape, size);
            }
        }

        return layers;
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public void Forward_EveryLayer_AnswersAsTheLibrarysConvolution(LayerShape shape, int size)
    {
        Assert.SkipUnless(Precisions.MultipliesBFloat16(), "this processor does not multiply bfloat16");
        Assert.True(FusedConvolution.IsAvailable, "this libtorch does not export the fused convolutions");
        using var scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        Dictionary<string, Tensor> weights = Weights(shape);
        (Tensor weight, Tensor bias) = FoldedLayer.Fold(shape, weights);
        using var fused = new ProcessorConvolution(shape, weight, bias, size);
        using var single = new LibraryConvolution(shape, weight, bias, ScalarType.Float32, CPU);

        // As packed, and a batch of smaller tiles.
        int half = Math.Max(size / 2, shape.Kernel - (2 * shape.Padding));
        foreach (Tensor x in new[] { Values(1, shape.InChannels, size), Values(3, shape.InChannels, half) })
        {
            Tensor expected = single.Forward(x.to(ScalarType.Float32));
            Tensor actual = fused.Forward(x);

            Assert.Equal(expected.shape, actual.shape);
            Assert.Equal(1, actual.stride()[1]);
            // Kernels and result are rounded to 8 bits each.
            Assert.True(
                actual.to(ScalarType.Float32).allclose(expected, rtol: 0.01, atol: 0.03 * expected.std().ToDouble()),
                $"largest difference {(actual - expected).abs().max().ToDouble()} of {expected.abs().max().ToDouble()}");
        }
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public void Forward_ValueIsNoNumber_IsToldWhereverItWasRead(LayerShape shape, int size)
    {
        Assert.SkipUnless(Precisions.MultipliesBFloat16(), "this processor does not multiply bfloat16");
        using var scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        (Tensor weight, Tensor bias) = FoldedLayer.Fold(shape, Weights(shape));
        using var fused = new ProcessorConvolution(shape, weight, bias, size);
        using var single = new LibraryConvolution(shape, weight, bias, ScalarType.Float32, CPU);
        Tensor x = Values(1, shape.InChannels, size);
        x[0, 3, 2, size - 1] = float.NaN;

        Tensor expected = single.Forward(x.to(ScalarType.Float32)).isnan(), actual = fused.Forward(x).isnan();

        Assert.True(expected.any().ToBoolean());
        Assert.True((actual | ~expected).all().ToBoolean());
    }

    [Theory]
    [InlineData(ScalarType.BFloat16, typeof(ProcessorConvolution))]
    [InlineData(ScalarType.Float32, typeof(LibraryConvolution))]
    public void Of_OnTheProcessor_IsFusedWhereItMultipliesThePrecision(ScalarType precision, Type expected)
    {
        Assert.SkipUnless(Precisions.MultipliesBFloat16(), "this processor does not multiply bfloat16");
        using var scope = NewDisposeScope();
        LayerShape shape = FusionLayers.Shapes(FusionMaps.All)[1];

        using FoldedLayer layer = FoldedLayer.Of(shape, Weights(shape), precision, CPU, 32);

        Assert.IsType(expected, layer);
    }

    [Fact]
    public void InputSizes_Fusion_AreThoseOfItsThreeLevels()
    {
        IReadOnlyList<LayerShape> shapes = FusionLayers.Shapes(FusionMaps.All);

        Assert.Equal([128, 128, 128, 64, 64, 32, 32, 64, 64, 64, 128, 128, 128], FusionLayers.InputSizes(shapes));
    }

    [Fact]
    public void Forward_AnotherNumberOfChannels_IsRefused()
    {
        Assert.SkipUnless(Precisions.MultipliesBFloat16(), "this processor does not multiply bfloat16");
        using var scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        LayerShape shape = FusionLayers.Shapes(FusionMaps.All)[1];
        (Tensor weight, Tensor bias) = FoldedLayer.Fold(shape, Weights(shape));
        using var fused = new ProcessorConvolution(shape, weight, bias, 32);

        Assert.Throws<ModelException>(() => fused.Forward(Values(1, shape.InChannels + 1, 32)));
    }

    private static Dictionary<string, Tensor> Weights(LayerShape shape)
    {
        Generator generator = new(6);
        return shape.Tensors().ToDictionary(
            t => t.Name,
            t => rand(t.Shape, generator: generator) - 0.3 + (t.Name.EndsWith("variance", StringComparison.Ordinal) ? 1 : 0));
    }

    /// <summary>bfloat16, channels last, different from place to place.</summary>
    private static Tensor Values(int n, int channels, int size)
    {
        Generator generator = new(7);
        Tensor place = arange(size * size).view(1, 1, size, size) / (float)(size * size);
        return FoldedLayer.ChannelsLast((rand([n, channels, size, size], generator: generator) - 0.3 + place).to(ScalarType.BFloat16));
    }
}

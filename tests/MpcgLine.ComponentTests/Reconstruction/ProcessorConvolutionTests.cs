using MpcgLine.Inspection.Difference;
using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Inspection.Reconstruction.Native;
using MpcgLine.Inspection.Reconstruction.Native.Winograd;
using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.ComponentTests.Reconstruction;

[Collection(TensorTests.Name)]
public sealed class ProcessorConvolutionTests
{
    public static TheoryData<LayerShape, int, ScalarType> Layers()
    {
        var layers = new TheoryData<LayerShape, int, ScalarType>();
        foreach (ScalarType precision in new[] { ScalarType.Float32, ScalarType.BFloat16 })
        {
            IReadOnlyList<LayerShape> fusion = FusionLayers.Shapes(FusionMaps.All);
            foreach ((LayerShape shape, int size) in fusion.Zip(FusionLayers.InputSizes(fusion)))
            {
                layers.Add(shape, size, precision);
            }

            // Two widths, one of them with odd channels.
            foreach (double width in new[] { 0.125, 0.3 })
            {
                foreach ((LayerShape shape, int size) in ReconstructionModel.Inner(ReconstructionLayers.Table4(width)))
                {
                    layers.Add(shape, size, precision);
                }
            }
        }

        return layers;
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public void Forward_EveryLayer_AnswersAsTheLibrarysConvolution(LayerShape shape, int size, ScalarType precision)
    {
        SkipUnlessMultiplied(precision);
        Assert.True(FusedConvolution.IsAvailable, "this libtorch does not export the fused convolutions");
        using var scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        Dictionary<string, Tensor> weights = Weights(shape);
        (Tensor weight, Tensor bias) = FoldedLayer.Fold(shape, weights);
        using var fused = new ProcessorConvolution(shape, weight, bias, precision, size);
        using var single = new LibraryConvolution(shape, weight, bias, ScalarType.Float32, CPU);

        // As packed, and a batch of smaller tiles.
        int half = Math.Max(size / 2, shape.Kernel - (2 * shape.Padding));
        foreach (Tensor x in new[] { Values(1, shape.InChannels, size, precision), Values(3, shape.InChannels, half, precision) })
        {
            Tensor expected = single.Forward(x.to(ScalarType.Float32));
            Tensor actual = fused.Forward(x);

            Assert.Equal(expected.shape, actual.shape);
            Assert.Equal(1, actual.stride()[1]);
            // In bfloat16 kernels and result are rounded to 8 bits each; in single precision the order of sums differs.
            (double relative, double absolute) = precision == ScalarType.BFloat16 ? (0.01, 0.03) : (1e-4, 1e-4);
            Assert.True(
                actual.to(ScalarType.Float32).allclose(expected, relative, absolute * expected.std().ToDouble()),
                $"largest difference {(actual - expected).abs().max().ToDouble()} of {expected.abs().max().ToDouble()}");
        }
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public void Forward_ValueIsNoNumber_IsToldWhereverItWasRead(LayerShape shape, int size, ScalarType precision)
    {
        SkipUnlessMultiplied(precision);
        using var scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        (Tensor weight, Tensor bias) = FoldedLayer.Fold(shape, Weights(shape));
        using var fused = new ProcessorConvolution(shape, weight, bias, precision, size);
        using var single = new LibraryConvolution(shape, weight, bias, ScalarType.Float32, CPU);
        Tensor x = Values(1, shape.InChannels, size, precision);
        x[0, 3, 2, size - 1] = float.NaN;

        Tensor expected = single.Forward(x.to(ScalarType.Float32)).isnan(), actual = fused.Forward(x).isnan();

        Assert.True(expected.any().ToBoolean());
        Assert.True((actual | ~expected).all().ToBoolean());
    }

    [Theory]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Float32)]
    public void Of_OnTheProcessor_IsFusedWhereItMultipliesThePrecision(ScalarType precision)
    {
        bool isFused = precision == ScalarType.Float32 || Precisions.MultipliesBFloat16();
        using var scope = NewDisposeScope();
        IReadOnlyList<LayerShape> shapes = FusionLayers.Shapes(FusionMaps.All);

        using FoldedLayer head = FoldedLayer.Of(shapes[^1], Weights(shapes[^1]), precision, CPU, 128);
        using FoldedLayer inner = FoldedLayer.Of(shapes[1], Weights(shapes[1]), precision, CPU, 128);

        Assert.IsType(isFused ? typeof(ProcessorConvolution) : typeof(LibraryConvolution), head);
        Assert.Equal(isFused, inner is ProcessorLayer);
        Assert.Equal(precision == ScalarType.Float32 && WinogradConvolution.Supports(shapes[1], 128), inner is WinogradConvolution);
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
        using var scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        LayerShape shape = FusionLayers.Shapes(FusionMaps.All)[1];
        (Tensor weight, Tensor bias) = FoldedLayer.Fold(shape, Weights(shape));
        using var fused = new ProcessorConvolution(shape, weight, bias, ScalarType.Float32, 32);

        Assert.Throws<ModelException>(() => fused.Forward(Values(1, shape.InChannels + 1, 32, ScalarType.Float32)));
    }

    private static void SkipUnlessMultiplied(ScalarType precision) => Assert.SkipUnless(
        precision != ScalarType.BFloat16 || Precisions.MultipliesBFloat16(), "this processor does not multiply bfloat16");

    private static Dictionary<string, Tensor> Weights(LayerShape shape)
    {
        Generator generator = new(6);
        return shape.Tensors().ToDictionary(
            t => t.Name,
            t => rand(t.Shape, generator: generator) - 0.3 + (t.Name.EndsWith("variance", StringComparison.Ordinal) ? 1 : 0));
    }

    /// <summary>Channels last, different from place to place.</summary>
    private static Tensor Values(int n, int channels, int size, ScalarType precision)
    {
        Generator generator = new(7);
        Tensor place = arange(size * size).view(1, 1, size, size) / (float)(size * size);
        return FoldedLayer.ChannelsLast((rand([n, channels, size, size], generator: generator) - 0.3 + place).to(precision));
    }
}

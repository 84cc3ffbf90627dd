using System.Runtime.InteropServices;
using MpcgLine.Inspection.Difference;
using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Inspection.Reconstruction.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.ComponentTests.Reconstruction;

[Collection(TensorTests.Name)]
public sealed class Int8LayerTests
{
    // Of the range of what a layer gives: kernels and sums are rounded to 7 and 8 bits, and LeakyReLU's result once more.
    private const double Bound = 0.03;

    public static TheoryData<LayerShape, int> Layers()
    {
        var layers = new TheoryData<LayerShape, int>();

        // Two widths, one of them with odd channels.
        foreach (double width in new[] { 0.125, 0.3 })
        {
            IReadOnlyList<LayerShape> shapes = ReconstructionLayers.Table4(width);
            foreach ((LayerShape shape, int size) in ReconstructionModel.Inner(shapes))
            {
                layers.Add(shape, size);
            }
        }

        IReadOnlyList<LayerShape> fusion = FusionLayers.Shapes(FusionMaps.All);
        foreach ((LayerShape shape, int size) in fusion.Zip(FusionLayers.InputSizes(fusion)).SkipLast(1))
        {
            layers.Add(shape, size);
        }

        return layers;
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public void Forward_EveryLayerOverBytes_AnswersAsSinglePrecision(LayerShape shape, int size) =>
        Assert.InRange(Error(shape, size, range => range), 0, Bound);

    [Theory]
    [MemberData(nameof(Layers))]
    public void Forward_RangesAreHalfOfWhatTheLayerGives_IsOutOfTheBound(LayerShape shape, int size)
    {
        static float[] Half(float[] limits) => Array.ConvertAll(limits, limit => limit / 2);

        Assert.True(Error(shape, size, range => new ActivationRange(Half(range.Low), Half(range.High))) > 2 * Bound);
    }

    [Fact]
    public void Forward_AnotherNumberOfChannels_IsRefused()
    {
        SkipWhereNotMultiplied();
        LayerShape shape = ReconstructionLayers.Table4(0.125)[2];
        using var scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        (Tensor Weight, Tensor Bias) folded = FoldedLayer.Fold(shape, Weights(shape));
        ActivationRange range = new(new float[shape.OutChannels], [.. Enumerable.Repeat(1f, shape.OutChannels)]);
        using var layer = new Int8Convolution(shape, folded, Input(shape), range, 32);

        Assert.Throws<ModelException>(() => layer.Forward(Bytes(shape.InChannels + 1, 32)));
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    public void Forward_LayerThatGivesNumbers_IsActivated(ScalarType type)
    {
        SkipWhereNotMultiplied();
        Assert.SkipUnless(type == ScalarType.Float32 || Precisions.MultipliesBFloat16(), "this processor does not multiply bfloat16");
        LayerShape shape = ReconstructionLayers.Table4(0.3)[2];
        using var scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        (Tensor Weight, Tensor Bias) folded = FoldedLayer.Fold(shape, Weights(shape));
        // An odd number of values: not all fit into vectors.
        Tensor bytes = Bytes(shape.InChannels, 9);
        using var single = new LibraryConvolution(shape, folded.Weight, folded.Bias, ScalarType.Float32, CPU);
        using var layer = new Int8Convolution(shape, folded, Input(shape), type, 9);

        Tensor expected = single.Forward(Numbers(bytes, Input(shape))), actual = layer.Forward(bytes);

        Assert.Equal(type, actual.dtype);
        Assert.True(expected.min().ToDouble() < 0, "nothing is below 0");
        Assert.InRange((actual.to(ScalarType.Float32) - expected).abs().max().ToDouble() / (expected.max() - expected.min()).ToDouble(), 0, Bound);
    }

    internal static void SkipWhereNotMultiplied() => Assert.SkipWhen(Precisions.WhyNoInt8() is not null, Precisions.WhyNoInt8() ?? "");

    /// <summary>Largest difference from single precision, as a share of the range of what the layer gives.</summary>
    private static double Error(LayerShape shape, int size, Func<ActivationRange, ActivationRange> change)
    {
        SkipWhereNotMultiplied();
        using var scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        (Tensor Weight, Tensor Bias) folded = FoldedLayer.Fold(shape, Weights(shape));
        Tensor bytes = Bytes(shape.InChannels, size), x = Numbers(bytes, Input(shape));
        ActivationRange range = change(RangeOf(shape, folded, x));
        using var single = new LibraryConvolution(shape, folded.Weight, folded.Bias, ScalarType.Float32, CPU);
        using ProcessorLayer layer = Int8Convolution.Layer(shape, folded, Input(shape), range, size);

        Tensor expected = single.Forward(x), actual = Numbers(layer.Forward(bytes), ByteScale.Covering(shape.Activated ? range.Activated() : range));

        Assert.Equal(expected.shape, actual.shape);
        return (actual - expected).abs().max().ToDouble() / (expected.max() - expected.min()).ToDouble();
    }

    private static ByteScale Input(LayerShape shape) => new(
        20, [.. Enumerable.Range(0, shape.InChannels).Select(channel => 0.01f * (1 + (channel % 3)))]);

    private static ActivationRange RangeOf(LayerShape shape, (Tensor Weight, Tensor Bias) folded, Tensor x)
    {
        using var sums = new LibraryConvolution(shape with { Activated = false }, folded.Weight, folded.Bias, ScalarType.Float32, CPU);
        Tensor y = sums.Forward(x), nothing = zeros(1);
        return new ActivationRange(Values(y.amin([0, 2, 3]).minimum(nothing)), Values(y.amax([0, 2, 3]).maximum(nothing)));
    }

    private static float[] Values(Tensor x) => MemoryMarshal.Cast<byte, float>(x.contiguous().bytes).ToArray();

    private static Tensor Numbers(Tensor bytes, ByteScale scale) => FoldedLayer.ChannelsLast(
        (bytes.to(ScalarType.Float32) - scale.Zero) * tensor(scale.Steps).view(1, -1, 1, 1));

    private static Tensor Bytes(int channels, int size) => FoldedLayer.ChannelsLast(
        (rand([1, channels, size, size], generator: new Generator(7)) * byte.MaxValue).to(ScalarType.Byte));

    private static Dictionary<string, Tensor> Weights(LayerShape shape)
    {
        Generator generator = new(6);
        return shape.Tensors().ToDictionary(
            t => t.Name,
            t => rand(t.Shape, generator: generator) - 0.3 + (t.Name.EndsWith("variance", StringComparison.Ordinal) ? 1 : 0));
    }
}

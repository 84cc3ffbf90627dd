using MpcgLine.Inspection.Difference;
using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Inspection.Reconstruction.Native;
using MpcgLine.Inspection.Reconstruction.Native.Winograd;
using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.ComponentTests.Reconstruction;

[Collection(TensorTests.Name)]
public sealed class WinogradConvolutionTests
{
    /// <summary>Every layer of both networks that fits, and shapes whose channels or edges leave a rest.</summary>
    public static TheoryData<LayerShape, int, int> Layers()
    {
        IReadOnlyList<LayerShape> fusion = FusionLayers.Shapes(FusionMaps.All);
        var layers = new TheoryData<LayerShape, int, int>();
        foreach ((LayerShape shape, int size) in fusion.Zip(FusionLayers.InputSizes(fusion)).Concat(ReconstructionModel.Inner(ReconstructionLayers.Table4(0.5))))
        {
            if (shape is { Kernel: 3 })
            {
                layers.Add(shape, size, size);
            }
        }

        foreach (bool transposed in new[] { false, true })
        {
            foreach (int stride in new[] { 1, 2 })
            {
                LayerShape shape = new("odd", transposed, 9, 32, 3, stride, 1, Normalised: true, Activated: !transposed);
                layers.Add(shape, 19, 23);
                layers.Add(shape, 1, 2);
                layers.Add(shape with { InChannels = 8, OutChannels = 16 }, 4, 5);
            }
        }

        return layers;
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public void Forward_AnyLayer_AnswersAsTheLibrarysConvolution(LayerShape shape, int height, int width)
    {
        using var scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        (Tensor weight, Tensor bias) = Kernel(shape);
        using WinogradConvolution layer = WinogradConvolution.Of(shape, weight, bias);
        using var library = new LibraryConvolution(shape, weight, bias, ScalarType.Float64, CPU);

        foreach (int count in new[] { 1, 3 })
        {
            Tensor x = Values(count, shape.InChannels, height, width);
            Tensor expected = library.Forward(x.to(ScalarType.Float64));
            Tensor actual = layer.Forward(x);

            Assert.Equal(expected.shape, actual.shape);
            Assert.Equal(1, actual.stride()[1]);
            double largest = (actual - expected).abs().max().ToDouble(), scale = expected.abs().max().ToDouble();
            // Rounding to 24 bits comes to 6e-6 at 128 channels, and grows with their root.
            Assert.True(largest <= 2e-5 * scale, $"largest difference {largest} of {scale}");
        }
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public void Forward_ValueIsNoNumber_IsToldWhereverItWasRead(LayerShape shape, int height, int width)
    {
        using var scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        (Tensor weight, Tensor bias) = Kernel(shape);
        using WinogradConvolution layer = WinogradConvolution.Of(shape, weight, bias);
        using var library = new LibraryConvolution(shape, weight, bias, ScalarType.Float32, CPU);
        foreach ((int channel, int y, int x) in new[] { (3, height - 1, width - 1), (shape.InChannels - 1, height / 2, width / 2), (0, 0, width / 3) })
        {
            Tensor values = Values(1, shape.InChannels, height, width);
            values[0, channel, y, x] = float.NaN;

            Tensor expected = library.Forward(values).isnan(), actual = layer.Forward(values).isnan();

            Assert.True(expected.any().ToBoolean());
            Assert.True((actual | ~expected).all().ToBoolean());
        }
    }

    [Fact]
    public void Forward_AnyNumberOfThreads_AnswersTheSame()
    {
        using var scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        LayerShape shape = FusionLayers.Shapes(FusionMaps.All)[1];
        (Tensor weight, Tensor bias) = Kernel(shape);
        using WinogradConvolution layer = WinogradConvolution.Of(shape, weight, bias);
        Tensor x = Values(2, shape.InChannels, 50, 70);
        int threads = get_num_threads();
        var answers = new List<Tensor>();
        try
        {
            foreach (int n in new[] { 1, 2, 3 })
            {
                set_num_threads(n);
                answers.Add(layer.Forward(x));
            }
        }
        finally
        {
            set_num_threads(threads);
        }

        Assert.All(answers, answer => Assert.True(answer.equal(answers[0]).all().ToBoolean()));
    }

    [Fact]
    public void Run_Repeated_LeavesNothingToTheCollector()
    {
        using var scope = NewDisposeScope();
        LayerShape shape = FusionLayers.Shapes(FusionMaps.All)[1];
        (Tensor weight, Tensor bias) = Kernel(shape);
        using WinogradConvolution layer = WinogradConvolution.Of(shape, weight, bias);
        Tensor x = Values(1, shape.InChannels, 64, 64);
        NativeTensors.Delete(layer.Run(x.Handle));

        // The calling thread's; each thread's memory was made in the first call.
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10; i++)
        {
            NativeTensors.Delete(layer.Run(x.Handle));
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Forward_AnotherNumberOfChannels_IsRefused()
    {
        using var scope = NewDisposeScope();
        LayerShape shape = FusionLayers.Shapes(FusionMaps.All)[1];
        (Tensor weight, Tensor bias) = Kernel(shape);
        using WinogradConvolution layer = WinogradConvolution.Of(shape, weight, bias);

        ModelException exception = Assert.Throws<ModelException>(() => layer.Forward(Values(1, shape.InChannels + 1, 8, 8)));

        Assert.Equal("stem.1 reads 48 channels, and was given 49.", exception.Message);
    }

    [Fact]
    public void Forward_AnotherTypeOrLayout_IsRefused()
    {
        using var scope = NewDisposeScope();
        LayerShape shape = FusionLayers.Shapes(FusionMaps.All)[1];
        (Tensor weight, Tensor bias) = Kernel(shape);
        using WinogradConvolution layer = WinogradConvolution.Of(shape, weight, bias);
        Tensor x = Values(1, shape.InChannels, 8, 8);

        Assert.Contains("single precision", Assert.Throws<ModelException>(() => layer.Forward(x.to(ScalarType.BFloat16))).Message, StringComparison.Ordinal);
        Assert.Contains("channels last", Assert.Throws<ModelException>(() => layer.Forward(x.contiguous())).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(4, 16, 3, 1, 1, 128)]
    [InlineData(16, 4, 3, 1, 1, 128)]
    [InlineData(16, 16, 1, 1, 0, 128)]
    [InlineData(16, 16, 5, 2, 2, 128)]
    [InlineData(16, 16, 3, 1, 0, 128)]
    [InlineData(16, 16, 3, 4, 1, 128)]
    public void Of_ShapeThatNoFilterFits_IsRefusedAndNotSupported(int from, int to, int kernel, int stride, int padding, int size)
    {
        using var scope = NewDisposeScope();
        LayerShape shape = new("other", false, from, to, kernel, stride, padding, Normalised: true, Activated: true);
        (Tensor weight, Tensor bias) = Kernel(shape);

        Assert.False(WinogradConvolution.Supports(shape, size));
        Assert.Throws<ArgumentException>(() => WinogradConvolution.Of(shape, weight, bias));
    }

    [Fact]
    public void Supports_StrideOfTwo_AsksForEnoughSquares()
    {
        LayerShape down = new("down", false, 16, 16, 3, 2, 1, Normalised: true, Activated: true), up = down with { Transposed = true };
        bool ever = WinogradConvolution.Supports(down with { Stride = 1 }, 4);

        Assert.Equal((ever, false), (WinogradConvolution.Supports(down, 64), WinogradConvolution.Supports(down, 63)));
        Assert.Equal((ever, false), (WinogradConvolution.Supports(up, 32), WinogradConvolution.Supports(up, 31)));
    }

    private static (Tensor Weight, Tensor Bias) Kernel(LayerShape shape)
    {
        Generator generator = new(6);
        return (randn(shape.WeightShape, generator: generator), randn(shape.OutChannels, generator: generator));
    }

    /// <summary>Channels last, different from place to place.</summary>
    private static Tensor Values(int n, int channels, int height, int width)
    {
        Generator generator = new(7);
        Tensor place = arange(height * width).view(1, 1, height, width) / (float)(height * width);
        return FoldedLayer.ChannelsLast(randn([n, channels, height, width], generator: generator) + place);
    }
}

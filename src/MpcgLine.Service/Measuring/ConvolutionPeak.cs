using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.Service.Measuring;

/// <summary>
/// What the processor can do at most: one large 3 x 3 convolution, channels-last, in the networks' precision. Inference
/// thread only.
/// </summary>
internal sealed class ConvolutionPeak : IDisposable
{
    private const int Channels = 256, Edge = 128, Kernel = 3;

    private static readonly long[] Stride = [1, 1], Padding = [1, 1];

    private readonly Tensor _input;
    private readonly Tensor _weight;

    public ConvolutionPeak(ScalarType precision, Device device)
    {
        using DisposeScope scope = NewDisposeScope();
        _input = ChannelsLast(randn(1, Channels, Edge, Edge, device: device), precision);
        _weight = ChannelsLast(randn(Channels, Channels, Kernel, Kernel, device: device), precision);
    }

    /// <summary>Products of one run, each with its sum.</summary>
    public static double MultiplyAdds => (double)Channels * Channels * Kernel * Kernel * Edge * Edge;

    /// <summary>Runs the convolution once.</summary>
    public void Run()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable inference = inference_mode();
        _ = nn.functional.conv2d(_input, _weight, null, Stride, Padding);
    }

    private static Tensor ChannelsLast(Tensor x, ScalarType precision) =>
        x.to(precision).permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2).DetachFromDisposeScope();

    public void Dispose()
    {
        _input.Dispose();
        _weight.Dispose();
    }
}

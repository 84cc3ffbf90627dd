namespace MpcgLine.Inspection.Reconstruction.Native;

/// <summary>How a kernel moves over a map in the form that native code reads. Immutable.</summary>
internal sealed class ConvolutionGeometry
{
    /// <summary>Of a layer's stride and padding.</summary>
    public ConvolutionGeometry(int stride, int padding, int outputPadding)
    {
        Stride = [stride, stride];
        Padding = [padding, padding];
        OutputPadding = [outputPadding, outputPadding];
    }

    /// <summary>Steps.</summary>
    public long[] Stride { get; }

    /// <summary>Zeros before the first value and after the last.</summary>
    public long[] Padding { get; }

    /// <summary>Values added at the end of a transposed convolution's result.</summary>
    public long[] OutputPadding { get; }

    /// <summary>Steps within the kernel: 1.</summary>
    public long[] Dilation { get; } = [1, 1];
}

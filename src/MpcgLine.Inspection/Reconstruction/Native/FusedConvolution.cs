using System.Runtime.InteropServices;

namespace MpcgLine.Inspection.Reconstruction.Native;

/// <summary>
/// oneDNN's convolutions with bias and activation in one pass, which TorchSharp does not bind: through the C functions that
/// libtorch exports for compiled models (<c>torch/csrc/inductor/aoti_torch/c/shim_mkldnn.h</c>). A handle is a pointer to
/// libtorch's tensor, as TorchSharp's are.
/// </summary>
internal static class FusedConvolution
{
    private const string Library = "libtorch_cpu.so";
    private const string PlainFunction = "aoti_torch_cpu_mkldnn__convolution_pointwise";
    private const string TransposedFunction = "aoti_torch_cpu_mkldnn__convolution_transpose_pointwise";
    private const int Dimensions = 2;

    private static readonly byte[] NoActivation = "none\0"u8.ToArray(), LeakyRelu = "leaky_relu\0"u8.ToArray();

    // What the functions read through two pointers: the slope and an empty name. They live as long as the program.
    private static readonly nint Slope = Hold(BitConverter.GetBytes(LayerShape.LeakySlope)), NoName = Hold([0]);

    /// <summary>Whether this libtorch exports both functions; one of another version may not.</summary>
    public static bool IsAvailable { get; } = NativeExports.Has(Library, PlainFunction, TransposedFunction);

    /// <summary>Runs a convolution, or a transposed one.</summary>
    /// <param name="x"><c>[N, in, H, W]</c>, channels last in memory.</param>
    /// <param name="weight">Of the same type, in libtorch's shape for it; a convolution's may be packed.</param>
    /// <param name="bias">One per output channel, of the same type.</param>
    /// <param name="geometry">Stride and padding.</param>
    /// <param name="transposed">Whether it is a transposed one.</param>
    /// <param name="activated">Whether LeakyReLU follows.</param>
    /// <returns>Handle of a new tensor, the caller's to dispose.</returns>
    /// <exception cref="ModelException">libtorch refuses the tensors, or fails.</exception>
    public static nint Run(nint x, nint weight, nint bias, ConvolutionGeometry geometry, bool transposed, bool activated)
    {
        (byte[] activation, int slopes) = activated ? (LeakyRelu, 1) : (NoActivation, 0);
        nint result;
        int error = transposed
            ? Transposed(
                x, weight, bias, geometry.Padding, Dimensions, geometry.OutputPadding, Dimensions, geometry.Stride, Dimensions,
                geometry.Dilation, Dimensions, 1, activation, Slope, slopes, NoName, out result)
            : Plain(
                x, weight, bias, geometry.Padding, Dimensions, geometry.Stride, Dimensions,
                geometry.Dilation, Dimensions, 1, activation, Slope, slopes, NoName, out result);
        return error == 0 ? result : throw new ModelException($"libtorch could not run a fused convolution (error {error}); its reason is on the standard error output.");
    }

    private static nint Hold(byte[] bytes)
    {
        nint memory = Marshal.AllocHGlobal(bytes.Length);
        Marshal.Copy(bytes, 0, memory, bytes.Length);
        return memory;
    }

    [DllImport(Library, EntryPoint = PlainFunction)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Plain(
        nint x, nint weight, in nint bias, long[] padding, long paddings, long[] stride, long strides,
        long[] dilation, long dilations, long groups, byte[] activation, in nint slope, long slopes, in nint algorithm, out nint result);

    [DllImport(Library, EntryPoint = TransposedFunction)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Transposed(
        nint x, nint weight, in nint bias, long[] padding, long paddings, long[] outputPadding, long outputPaddings, long[] stride, long strides,
        long[] dilation, long dilations, long groups, byte[] activation, in nint slope, long slopes, in nint algorithm, out nint result);
}

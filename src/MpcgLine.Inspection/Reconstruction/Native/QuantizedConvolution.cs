using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.Inspection.Reconstruction.Native;

/// <summary>
/// oneDNN's convolutions of bytes, which TorchSharp does not bind: through the C functions that libtorch exports for
/// compiled models (<c>torch/csrc/inductor/aoti_torch/c/shim_cpu.h</c>) and for extensions
/// (<c>torch/csrc/stable/c/shim.h</c>). A handle is a pointer to libtorch's tensor, as TorchSharp's are.
/// </summary>
internal static class QuantizedConvolution
{
    private const string Library = "libtorch_cpu.so";
    private const string RunFunction = "aoti_torch_cpu__qconv_pointwise_tensor";
    private const string CallFunction = "aoti_torch_call_dispatcher";
    private const string NewListFunction = "torch_new_list_reserve_size", PushFunction = "torch_list_push_back";
    private const string NewHandleFunction = "aoti_torch_new_tensor_handle";
    private const int Dimensions = 2;

    private static readonly byte[] PackOperator = "onednn::qconv_prepack\0"u8.ToArray(), NoActivation = "none\0"u8.ToArray(), NoOverload = [0];

    // What the function reads through pointers: it lives as long as the program.
    private static readonly nint NoName = Marshal.AllocHGlobal(sizeof(long)), NoScalars = Marshal.AllocHGlobal(sizeof(long));

    static QuantizedConvolution()
    {
        Marshal.WriteInt64(NoName, 0);
        Marshal.WriteInt64(NoScalars, 0);
    }

    /// <summary>Whether this libtorch exports the functions; one of another version may not.</summary>
    public static bool IsAvailable { get; } = NativeExports.Has(
        Library, RunFunction, CallFunction, NewListFunction, PushFunction, NewHandleFunction);

    /// <summary>
    /// Whether its sums are exact here: 255 times 127 over 64 channels. Where the library was told to leave out instructions that the
    /// processor has, sums of 16 bits may saturate.
    /// </summary>
    public static bool IsExact { get; } = IsAvailable && Proves();

    private static bool Proves()
    {
        const int channels = 64, outputs = 16;
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        Tensor bytes = full([1, channels, 2, 2], byte.MaxValue, ScalarType.Byte), scales = ones(outputs);
        Tensor kernels = full([outputs, channels, 1, 1], ByteArithmetic.LargestKernel, ScalarType.Int8);
        ConvolutionGeometry geometry = new(0, 0);
        Tensor packed = Pack(kernels, scales, 0, geometry, [1, channels, 2, 2]);
        Tensor step = tensor(1f), zero = tensor(0L), noZeros = zeros(outputs, ScalarType.Int64), bias = zeros(outputs);
        using Tensor sums = Tensor.UnsafeCreateTensor(Run(
            FoldedLayer.ChannelsLast(bytes).Handle, step.Handle, zero.Handle, packed.Handle, scales.Handle, noZeros.Handle, bias.Handle, geometry, 0, ScalarType.Float32));
        return sums.allclose(full_like(sums, (float)(channels * byte.MaxValue * ByteArithmetic.LargestKernel)), rtol: 0, atol: 0);
    }

    /// <summary>Lays kernels out as the arithmetic reads them.</summary>
    /// <param name="kernels"><c>[out, in, h, w]</c> int8; not taken over.</param>
    /// <param name="scales"><c>[out]</c> float32: what 1 stands for; not taken over.</param>
    /// <param name="zero">The byte that stands for 0 in what is read; a step stands for 1.</param>
    /// <param name="geometry">Stride and padding.</param>
    /// <param name="inputShape"><c>[N, in, H, W]</c>, for which they are made fastest.</param>
    /// <returns>The caller's to dispose; inside a dispose scope, that scope's.</returns>
    /// <exception cref="ModelException">libtorch refuses the tensors, or fails.</exception>
    public static Tensor Pack(Tensor kernels, Tensor scales, int zero, ConvolutionGeometry geometry, long[] inputShape)
    {
        // An argument that may be absent is a pointer to it, which the callee frees.
        nint shape = Marshal.AllocHGlobal(sizeof(long));
        Marshal.WriteInt64(shape, List(inputShape));
        long[] stack =
        [
            Shared(kernels), Shared(scales), BitConverter.DoubleToInt64Bits(1), zero,
            List(geometry.Stride), List(geometry.Padding), List(geometry.Dilation), 1, shape,
        ];
        Require(Call(PackOperator, NoOverload, stack), "pack the kernels of");
        return Tensor.UnsafeCreateTensor((nint)stack[0]);
    }

    /// <summary>Runs a convolution; its sums are exact, whatever the number of threads.</summary>
    /// <param name="x"><c>[N, in, H, W]</c> uint8, channels last in memory.</param>
    /// <param name="step">What 1 stands for in <paramref name="x"/>, float32.</param>
    /// <param name="zero">Which byte stands for 0 there, int64.</param>
    /// <param name="kernels">From <see cref="Pack"/>.</param>
    /// <param name="scales">The same scales.</param>
    /// <param name="noZeros"><c>[out]</c> int64 zeros: kernels are symmetric.</param>
    /// <param name="bias"><c>[out]</c> float32, what it stands for.</param>
    /// <param name="geometry">Stride and padding; what is padded stands for 0.</param>
    /// <param name="outputZero">The byte that is to stand for 0 in the result, whose steps stand for 1; 0 for numbers.</param>
    /// <param name="type">Element type of the result: uint8, float32 or bfloat16.</param>
    /// <returns>Handle of a new tensor, channels last in memory; the caller's to dispose.</returns>
    /// <exception cref="ModelException">libtorch refuses the tensors, or fails.</exception>
    public static nint Run(
        nint x, nint step, nint zero, nint kernels, nint scales, nint noZeros, nint bias, ConvolutionGeometry geometry, int outputZero, ScalarType type)
    {
        Require(
            Run(
                x, step, zero, kernels, scales, noZeros, bias, geometry.Stride, Dimensions, geometry.Padding, Dimensions,
                geometry.Dilation, Dimensions, 1, 1, outputZero, (int)type, NoActivation, NoScalars, 0, NoName, out nint result),
            "run");
        return result;
    }

    private static void Require(int error, string what)
    {
        if (error != 0)
        {
            throw new ModelException($"libtorch could not {what} a convolution of bytes (error {error}); its reason is on the standard error output.");
        }
    }

    /// <summary>A new reference to a tensor, which the callee frees.</summary>
    private static long Shared(Tensor tensor)
    {
        Require(NewHandle(tensor.Handle, out nint handle), "refer to the kernels of");
        return handle;
    }

    /// <summary>A list, which the callee frees.</summary>
    private static long List(long[] values)
    {
        Require(NewList((nuint)values.Length, out nint list), "make a list for");
        foreach (long value in values)
        {
            Require(Push(list, value), "fill a list for");
        }

        return list;
    }

    [DllImport(Library, EntryPoint = CallFunction)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Call(byte[] name, byte[] overload, [In, Out] long[] stack);

    [DllImport(Library, EntryPoint = NewListFunction)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int NewList(nuint size, out nint list);

    [DllImport(Library, EntryPoint = PushFunction)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Push(nint list, long element);

    [DllImport(Library, EntryPoint = NewHandleFunction)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int NewHandle(nint tensor, out nint handle);

    [DllImport(Library, EntryPoint = RunFunction)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Run(
        nint x, nint step, nint zero, nint kernels, nint scales, nint noZeros, in nint bias, long[] stride, long strides,
        long[] padding, long paddings, long[] dilation, long dilations, long groups, double outputStep, long outputZero,
        in int outputType, byte[] activation, nint scalars, long scalarCount, in nint algorithm, out nint result);
}

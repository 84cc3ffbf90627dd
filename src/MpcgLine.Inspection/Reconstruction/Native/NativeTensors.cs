using System.Runtime.InteropServices;

namespace MpcgLine.Inspection.Reconstruction.Native;

/// <summary>
/// Tensors by their handles alone: those that one tile's way through a network makes, freed together. TorchSharp's tensors are
/// objects, dozens for every tile, that the collector would have to clear away. One thread.
/// </summary>
/// <remarks>
/// No <see cref="SafeHandle"/>, which is an object too: whoever keeps tensors here frees them in a finally block.
/// Through the C functions that libtorch exports for compiled models (<c>torch/csrc/inductor/aoti_torch/c/shim.h</c> and
/// <c>generated/c_shim_cpu.h</c>). A handle is a pointer to libtorch's tensor, as TorchSharp's are.
/// </remarks>
internal sealed class NativeTensors
{
    private const string Library = "libtorch_cpu.so";

    // More than any of the networks makes; it grows where that is not so.
    private nint[] _handles = new nint[32];
    private int _count;

    private static long _live;

    /// <summary>Tensors that all of the program keeps by handle: TorchSharp's own count does not know them.</summary>
    public static long Live => Interlocked.Read(ref _live);

    /// <summary>Whether this libtorch exports what is needed; one of another version may not.</summary>
    public static bool IsAvailable { get; } = NativeExports.Has(
        Library, "aoti_torch_delete_tensor_object", "aoti_torch_cpu_add_Tensor", "aoti_torch_get_data_ptr",
        "aoti_torch_get_dim", "aoti_torch_get_sizes", "aoti_torch_get_strides");

    /// <summary>Takes over a tensor.</summary>
    /// <param name="handle">Freed by <see cref="Free"/>.</param>
    /// <returns>The same handle.</returns>
    public nint Keep(nint handle)
    {
        if (_count == _handles.Length)
        {
            Array.Resize(ref _handles, 2 * _count);
        }

        _handles[_count++] = handle;
        Interlocked.Increment(ref _live);
        return handle;
    }

    /// <summary>a + b, kept.</summary>
    /// <exception cref="ModelException">libtorch refuses the tensors, or fails.</exception>
    public nint Add(nint a, nint b)
    {
        Require(AddTensor(a, b, 1, out nint sum), "add two maps");
        return Keep(sum);
    }

    /// <summary>
    /// The values of a map, where they lie: valid until it is freed.
    /// </summary>
    /// <typeparam name="T">As large as its elements.</typeparam>
    /// <param name="map"><c>[1, channels, edge, edge]</c>, channels last in memory.</param>
    /// <param name="channels">Channels.</param>
    /// <param name="edge">Values along either side.</param>
    /// <exception cref="ModelException">It is of another shape, or lies otherwise in memory.</exception>
    public static unsafe ReadOnlySpan<T> Values<T>(nint map, int channels, int edge)
        where T : unmanaged
    {
        Require(Dimensions(map, out long dimensions), "tell a map's dimensions");
        Require(Sizes(map, out long* sizes), "tell a map's sizes");
        Require(Strides(map, out long* strides), "tell a map's strides");
        ReadOnlySpan<long> size = new(sizes, (int)dimensions), stride = new(strides, (int)dimensions);
        // The stride of a dimension of one element means nothing.
        bool isChannelsLast = size.SequenceEqual([1, channels, edge, edge])
            && (channels == 1 || stride[1] == 1) && stride[3] == channels && stride[2] == (long)channels * edge;
        if (!isChannelsLast)
        {
            throw new ModelException(
                $"libtorch made a map of [{string.Join(", ", size.ToArray())}] with strides [{string.Join(", ", stride.ToArray())}]; "
                + $"[1, {channels}, {edge}, {edge}] with channels last is expected.");
        }

        Require(Data(map, out void* values), "tell where a map lies");
        return new ReadOnlySpan<T>(values, channels * edge * edge);
    }

    /// <summary>Frees what was kept, but for one.</summary>
    /// <param name="last">Stays kept.</param>
    public void FreeAllBut(nint last)
    {
        int kept = 0;
        for (int i = 0; i < _count; i++)
        {
            if (_handles[i] == last)
            {
                _handles[kept++] = last;
            }
            else
            {
                // Fails only where there is nothing to free.
                _ = Delete(_handles[i]);
                Interlocked.Decrement(ref _live);
            }
        }

        _count = kept;
    }

    /// <summary>Frees what was kept.</summary>
    public void Free() => FreeAllBut(0);

    private static void Require(int error, string what)
    {
        if (error != 0)
        {
            throw new ModelException($"libtorch could not {what} (error {error}); its reason is on the standard error output.");
        }
    }

    [DllImport(Library, EntryPoint = "aoti_torch_delete_tensor_object")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Delete(nint tensor);

    [DllImport(Library, EntryPoint = "aoti_torch_cpu_add_Tensor")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int AddTensor(nint a, nint b, double factor, out nint sum);

    [DllImport(Library, EntryPoint = "aoti_torch_get_dim")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Dimensions(nint tensor, out long dimensions);

    [DllImport(Library, EntryPoint = "aoti_torch_get_sizes")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern unsafe int Sizes(nint tensor, out long* sizes);

    [DllImport(Library, EntryPoint = "aoti_torch_get_strides")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern unsafe int Strides(nint tensor, out long* strides);

    [DllImport(Library, EntryPoint = "aoti_torch_get_data_ptr")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern unsafe int Data(nint tensor, out void* values);
}

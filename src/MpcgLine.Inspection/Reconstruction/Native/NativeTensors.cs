using System.Runtime.InteropServices;
using static TorchSharp.torch;

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

    // c10::DeviceType::CPU.
    private const int Processor = 0;

    // More than any of the networks makes; it grows where that is not so.
    private nint[] _handles = new nint[32];
    private int _count;

    private static long _live;

    /// <summary>Tensors that all of the program keeps by handle: TorchSharp's own count does not know them.</summary>
    public static long Live => Interlocked.Read(ref _live);

    /// <summary>Whether this libtorch exports what is needed; one of another version may not.</summary>
    public static bool IsAvailable { get; } = NativeExports.Has(
        Library, "aoti_torch_delete_tensor_object", "aoti_torch_cpu_add_Tensor", "aoti_torch_get_data_ptr",
        "aoti_torch_get_dim", "aoti_torch_get_sizes", "aoti_torch_get_strides", "aoti_torch_get_dtype", "aoti_torch_get_device_type",
        "aoti_torch_empty_strided");

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
        NativeMap found = MapOf(map);
        return found is { Count: 1 } && found.Channels == channels && found.Height == edge && found.Width == edge
            ? new ReadOnlySpan<T>(found.Values, channels * edge * edge)
            : throw new ModelException($"A map has [{found.Count}, {found.Channels}, {found.Height}, {found.Width}] values; [1, {channels}, {edge}, {edge}] is expected.");
    }

    /// <summary>Where a map lies.</summary>
    /// <param name="map"><c>[N, C, H, W]</c>, channels last in memory.</param>
    /// <exception cref="ModelException">It has another number of dimensions, or lies otherwise in memory.</exception>
    public static unsafe NativeMap MapOf(nint map)
    {
        Require(Dimensions(map, out long dimensions), "tell a map's dimensions");
        Require(Sizes(map, out long* sizes), "tell a map's sizes");
        Require(Strides(map, out long* strides), "tell a map's strides");
        Require(Data(map, out void* values), "tell where a map lies");
        ReadOnlySpan<long> size = new(sizes, (int)dimensions), stride = new(strides, (int)dimensions);
        // The stride of a dimension of one element means nothing.
        bool isChannelsLast = size.Length == 4
            && (size[0] == 1 || stride[0] == size[1] * size[2] * size[3]) && (size[1] == 1 || stride[1] == 1)
            && (size[2] == 1 || stride[2] == size[1] * size[3]) && (size[3] == 1 || stride[3] == size[1]);
        return isChannelsLast
            ? new NativeMap(values, (int)size[0], (int)size[1], (int)size[2], (int)size[3])
            : throw new ModelException(
                $"A map has [{string.Join(", ", size.ToArray())}] values with strides [{string.Join(", ", stride.ToArray())}]; "
                + "four dimensions with channels last in memory are expected.");
    }

    /// <summary>Where a map lies that a processor computes on in single precision.</summary>
    /// <param name="map"><c>[N, C, H, W]</c>, channels last in memory.</param>
    /// <exception cref="ModelException">It has another number of dimensions, another type or device, or lies otherwise in memory.</exception>
    public static NativeMap SinglesOf(nint map)
    {
        Require(Type(map, out int type), "tell a map's type");
        Require(DeviceType(map, out int device), "tell a map's device");
        return (type, device) == ((int)ScalarType.Float32, Processor)
            ? MapOf(map)
            : throw new ModelException(
                $"A map's values are of libtorch's type {type} on its device {device}; {(int)ScalarType.Float32} on {Processor}, single precision on the processor, is expected.");
    }

    /// <summary>A map in single precision, its values whatever lay there.</summary>
    /// <param name="count">Tiles.</param>
    /// <param name="channels">Channels.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <returns>Of <c>[count, channels, height, width]</c>, channels last in memory; the caller's to free.</returns>
    /// <exception cref="ModelException">There is no memory for it.</exception>
    public static unsafe nint Create(int count, int channels, int height, int width)
    {
        long row = (long)width * channels;
        long* sizes = stackalloc long[] { count, channels, height, width }, strides = stackalloc long[] { height * row, 1, row, channels };
        Require(EmptyStrided(4, sizes, strides, (int)ScalarType.Float32, Processor, 0, out nint map), "make a map");
        return map;
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
                Delete(_handles[i]);
                Interlocked.Decrement(ref _live);
            }
        }

        _count = kept;
    }

    /// <summary>Frees what was kept.</summary>
    public void Free() => FreeAllBut(0);

    /// <summary>Frees a tensor at once; not one that is still kept.</summary>
    public static void Delete(nint tensor)
    {
        // Fails only where there is nothing to free.
        _ = DeleteObject(tensor);
    }

    private static void Require(int error, string what)
    {
        if (error != 0)
        {
            throw new ModelException($"libtorch could not {what} (error {error}); its reason is on the standard error output.");
        }
    }

    [DllImport(Library, EntryPoint = "aoti_torch_delete_tensor_object")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int DeleteObject(nint tensor);

    [DllImport(Library, EntryPoint = "aoti_torch_cpu_add_Tensor")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int AddTensor(nint a, nint b, double factor, out nint sum);

    [DllImport(Library, EntryPoint = "aoti_torch_empty_strided")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern unsafe int EmptyStrided(
        long dimensions, long* sizes, long* strides, int type, int deviceType, int deviceIndex, out nint map);

    [DllImport(Library, EntryPoint = "aoti_torch_get_dim")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Dimensions(nint tensor, out long dimensions);

    [DllImport(Library, EntryPoint = "aoti_torch_get_dtype")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Type(nint tensor, out int type);

    [DllImport(Library, EntryPoint = "aoti_torch_get_device_type")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int DeviceType(nint tensor, out int type);

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

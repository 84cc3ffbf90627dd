using System.Runtime.InteropServices;

namespace MpcgLine.Inspection.Reconstruction.Native;

/// <summary>
/// How cudnn chooses its algorithms, which TorchSharp does not bind: through the setters of libtorch's global context
/// (<c>aten/src/ATen/Context.h</c>), by their C++ names.
/// </summary>
internal static class CudnnSettings
{
    private const string Library = "libtorch_cpu.so";

    private const string GlobalContext = "_ZN2at13globalContextEv";
    private const string SetBenchmark = "_ZN2at7Context17setBenchmarkCuDNNEb";
    private const string SetDeterministic = "_ZN2at7Context21setDeterministicCuDNNEb";

    /// <summary>
    /// From now on, in the whole process, the first convolution of a shape times the algorithms there are, and all later ones
    /// take the fastest of those that give the same sums every time. Another start may choose another, which rounds
    /// differently. Without effect where this libtorch does not export the setters; one of another version may not.
    /// </summary>
    public static void PreferFastestDeterministic()
    {
        if (NativeExports.Has(Library, GlobalContext, SetBenchmark, SetDeterministic))
        {
            nint context = Context();
            Benchmark(context, true);
            Deterministic(context, true);
        }
    }

    [DllImport(Library, EntryPoint = GlobalContext)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint Context();

    [DllImport(Library, EntryPoint = SetBenchmark)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern void Benchmark(nint context, [MarshalAs(UnmanagedType.U1)] bool value);

    [DllImport(Library, EntryPoint = SetDeterministic)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern void Deterministic(nint context, [MarshalAs(UnmanagedType.U1)] bool value);
}

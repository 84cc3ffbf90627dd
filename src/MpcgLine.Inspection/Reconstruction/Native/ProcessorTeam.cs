using System.Runtime.InteropServices;

namespace MpcgLine.Inspection.Reconstruction.Native;

/// <summary>
/// The threads that libtorch computes with, lent to the program's own arithmetic. They are OpenMP's, and spin for a while
/// after each of libtorch's layers: threads of our own would have to share the processors with them.
/// </summary>
internal static unsafe class ProcessorTeam
{
    // libtorch_cpu depends on the OpenMP library, under whatever file name, and so the linker finds its functions there.
    private const string Library = "libtorch_cpu.so", Function = "GOMP_parallel";

    /// <summary>Whether this libtorch has such threads, and they can be reached.</summary>
    public static bool IsAvailable { get; } = NativeExports.Has(Library, Function);

    /// <summary>Runs a function on each of the calling thread's team, itself among them, and waits for all.</summary>
    /// <param name="work">Must not throw: there is nobody to catch it.</param>
    /// <param name="data">What it gets.</param>
    public static void Run(delegate* unmanaged[Cdecl]<void*, void> work, void* data) => Parallel(work, data, 0, 0);

    [DllImport(Library, EntryPoint = Function)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern void Parallel(delegate* unmanaged[Cdecl]<void*, void> work, void* data, uint threads, uint flags);
}

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

    /// <summary>
    /// Lets these threads spin for some ten microseconds where they would for milliseconds, unless the environment says how long; only
    /// before libtorch is loaded. On processors that other programs use, a thread that spins keeps the one that it waits for from
    /// running: beside a build a tile took 300 ms where it takes 17 so. On a quiet machine nothing is lost.
    /// </summary>
    public static void WaitBriefly() => _ = SetVariable("GOMP_SPINCOUNT", "1000", 0);

    /// <summary>Runs a function on each of the calling thread's team, itself among them, and waits for all.</summary>
    /// <param name="work">Must not throw: there is nobody to catch it.</param>
    /// <param name="data">What it gets.</param>
    public static void Run(delegate* unmanaged[Cdecl]<void*, void> work, void* data) => Parallel(work, data, 0, 0);

    // The program's own environment: .NET's is a copy, which native code does not see.
    [DllImport("libc", EntryPoint = "setenv", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetVariable(string name, string value, int overwrite);

    [DllImport(Library, EntryPoint = Function)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern void Parallel(delegate* unmanaged[Cdecl]<void*, void> work, void* data, uint threads, uint flags);
}

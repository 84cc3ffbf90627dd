using System.Runtime.InteropServices;

namespace MpcgLine.Inspection.Reconstruction.Native;

/// <summary>The system's dynamic linker, asked directly because only its own words name an unresolved dependency.</summary>
internal static class DynamicLinker
{
    // Bind every symbol now: a library of another version is then refused with the symbol's name, where binding
    // at the first call would end the program in the middle of an inspection.
    private const int BindNow = 2; // RTLD_NOW

    /// <summary>
    /// Loads a library for the life of the program; what it depends on is taken from the libraries loaded before.
    /// </summary>
    /// <param name="path">Full path.</param>
    /// <returns>Null when loaded, else the linker's own explanation.</returns>
    public static string? TryLoad(string path)
    {
        // Asked once before, so that finding this very function cannot replace the explanation of a failure.
        _ = LastError();
        return Open(path, BindNow) != 0 ? null : Marshal.PtrToStringUTF8(LastError()) ?? "no explanation given";
    }

    [DllImport("libc.so.6", EntryPoint = "dlopen")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc.so.6", EntryPoint = "dlerror")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint LastError();
}

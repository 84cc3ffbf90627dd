using System.Runtime.InteropServices;

namespace MpcgLine.Inspection.Reconstruction.Native;

/// <summary>What a loaded libtorch offers beside what TorchSharp binds; one of another version may offer less.</summary>
internal static class NativeExports
{
    /// <summary>Whether a library can be loaded and exports all functions.</summary>
    /// <param name="library">Its file name.</param>
    /// <param name="functions">Names as the linker knows them.</param>
    public static bool Has(string library, params ReadOnlySpan<string> functions)
    {
        if (!NativeLibrary.TryLoad(library, out nint handle))
        {
            return false;
        }

        foreach (string function in functions)
        {
            if (!NativeLibrary.TryGetExport(handle, function, out _))
            {
                return false;
            }
        }

        return true;
    }
}

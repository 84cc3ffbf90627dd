namespace MpcgLine.Inspection.Reconstruction.Native.Direct;

/// <summary>Rows or columns of a kernel: those that meet the map, of some of the pixels made at least.</summary>
/// <param name="First">The first of these.</param>
/// <param name="Count">How many; at least 1, and be it one that meets the border.</param>
internal readonly record struct TapRange(int First, int Count)
{
    /// <summary>Of pixels side by side.</summary>
    /// <param name="first">What the kernel's first row or column reads of the first pixel.</param>
    /// <param name="last">The same of the last pixel.</param>
    /// <param name="taps">Rows or columns of the kernel.</param>
    /// <param name="size">Rows or columns of the map.</param>
    public static TapRange Meeting(int first, int last, int taps, int size)
    {
        int from = Math.Clamp(-last, 0, taps - 1);
        return new TapRange(from, Math.Max(Math.Min(taps, size - first) - from, 1));
    }
}

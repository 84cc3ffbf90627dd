using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MpcgLine.Inspection.Reconstruction.Native.Winograd;

/// <summary>
/// Eight results of a transposed convolution with a stride of 2 by nine products instead of twelve: every other result is one
/// value times the second element, those between are two values times the third and the first (<see cref="TwoElements"/>).
/// </summary>
internal readonly unsafe struct TransposedFilter : IMinimalFilter
{
    /// <inheritdoc/>
    public static int Values => 5;

    /// <inheritdoc/>
    public static int Points => 9;

    /// <inheritdoc/>
    public static int Results => 8;

    /// <inheritdoc/>
    public static int Step => 4;

    /// <inheritdoc/>
    public static int Before => 0;

    /// <inheritdoc/>
    public static ReadOnlySpan<double> Kernel =>
    [
        0, 0, 1.0 / 2,
        -1.0 / 2, 0, -1.0 / 2,
        1.0 / 6, 0, -1.0 / 6,
        1.0 / 3, 0, 1.0 / 6,
        1, 0, 0,
        0, 1, 0,
        0, 1, 0,
        0, 1, 0,
        0, 1, 0,
    ];

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void TransformValues(float* from, nint fromStride, float* to, nint toStride)
    {
        TwoElements.TransformValues(from, fromStride, to, toStride);
        float* single = to + (TwoElements.Points * toStride);
        Vector256.Load(from).Store(single);
        Vector256.Load(from + fromStride).Store(single + toStride);
        Vector256.Load(from + (2 * fromStride)).Store(single + (2 * toStride));
        Vector256.Load(from + (3 * fromStride)).Store(single + (3 * toStride));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void TransformSums(float* from, nint fromStride, float* to, nint toStride)
    {
        (Vector256<float> a, Vector256<float> b, Vector256<float> c, Vector256<float> d) = TwoElements.TransformSums(from, fromStride);
        float* single = from + (TwoElements.Points * fromStride);
        Vector256.Load(single).Store(to);
        a.Store(to + toStride);
        Vector256.Load(single + fromStride).Store(to + (2 * toStride));
        b.Store(to + (3 * toStride));
        Vector256.Load(single + (2 * fromStride)).Store(to + (4 * toStride));
        c.Store(to + (5 * toStride));
        Vector256.Load(single + (3 * fromStride)).Store(to + (6 * toStride));
        d.Store(to + (7 * toStride));
    }
}

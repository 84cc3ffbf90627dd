using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MpcgLine.Inspection.Reconstruction.Native.Winograd;

/// <summary>
/// Four results of a stride of 2 by nine products instead of twelve: the first and the third element meet every other value
/// (<see cref="TwoElements"/>), the second the values between, one product each.
/// </summary>
internal readonly unsafe struct StridedFilter : IMinimalFilter
{
    /// <inheritdoc/>
    public static int Values => 9;

    /// <inheritdoc/>
    public static int Points => 9;

    /// <inheritdoc/>
    public static int Results => 4;

    /// <inheritdoc/>
    public static int Step => 8;

    /// <inheritdoc/>
    public static int Before => 1;

    /// <inheritdoc/>
    public static ReadOnlySpan<double> Kernel =>
    [
        1.0 / 2, 0, 0,
        -1.0 / 2, 0, -1.0 / 2,
        -1.0 / 6, 0, 1.0 / 6,
        1.0 / 6, 0, 1.0 / 3,
        0, 0, 1,
        0, 1, 0,
        0, 1, 0,
        0, 1, 0,
        0, 1, 0,
    ];

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void TransformValues(float* from, nint fromStride, float* to, nint toStride)
    {
        TwoElements.TransformValues(from, 2 * fromStride, to, toStride);
        float* between = from + fromStride, single = to + (TwoElements.Points * toStride);
        Vector256.Load(between).Store(single);
        Vector256.Load(between + (2 * fromStride)).Store(single + toStride);
        Vector256.Load(between + (4 * fromStride)).Store(single + (2 * toStride));
        Vector256.Load(between + (6 * fromStride)).Store(single + (3 * toStride));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void TransformSums(float* from, nint fromStride, float* to, nint toStride)
    {
        (Vector256<float> a, Vector256<float> b, Vector256<float> c, Vector256<float> d) = TwoElements.TransformSums(from, fromStride);
        float* single = from + (TwoElements.Points * fromStride);
        (a + Vector256.Load(single)).Store(to);
        (b + Vector256.Load(single + fromStride)).Store(to + toStride);
        (c + Vector256.Load(single + (2 * fromStride))).Store(to + (2 * toStride));
        (d + Vector256.Load(single + (3 * fromStride))).Store(to + (3 * toStride));
    }
}

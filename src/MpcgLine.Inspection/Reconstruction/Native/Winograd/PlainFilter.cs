using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MpcgLine.Inspection.Reconstruction.Native.Winograd;

/// <summary>F(4, 3): four results of a stride of 1 by six products instead of twelve. The points are 0, 1, -1, 2, -2 and infinity.</summary>
internal readonly unsafe struct PlainFilter : IMinimalFilter
{
    /// <inheritdoc/>
    public static int Values => 6;

    /// <inheritdoc/>
    public static int Points => 6;

    /// <inheritdoc/>
    public static int Results => 4;

    /// <inheritdoc/>
    public static int Step => 4;

    /// <inheritdoc/>
    public static int Before => 1;

    /// <inheritdoc/>
    public static ReadOnlySpan<double> Kernel =>
    [
        1.0 / 4, 0, 0,
        -1.0 / 6, -1.0 / 6, -1.0 / 6,
        -1.0 / 6, 1.0 / 6, -1.0 / 6,
        1.0 / 24, 1.0 / 12, 1.0 / 6,
        1.0 / 24, -1.0 / 12, 1.0 / 6,
        0, 0, 1,
    ];

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void TransformValues(float* from, nint fromStride, float* to, nint toStride)
    {
        Vector256<float> a = Vector256.Load(from), b = Vector256.Load(from + fromStride), c = Vector256.Load(from + (2 * fromStride));
        Vector256<float> d = Vector256.Load(from + (3 * fromStride)), e = Vector256.Load(from + (4 * fromStride)), f = Vector256.Load(from + (5 * fromStride));
        Vector256<float> minusFour = Vector256.Create(-4f), minusFive = Vector256.Create(-5f), four = Vector256.Create(4f);
        Vector256<float> even = Vector256.FusedMultiplyAdd(minusFour, c, e), odd = Vector256.FusedMultiplyAdd(minusFour, b, d);
        Vector256<float> evens = e - c, odds = Vector256.Create(2f) * (d - b);
        Vector256.FusedMultiplyAdd(minusFive, c, Vector256.FusedMultiplyAdd(four, a, e)).Store(to);
        (even + odd).Store(to + toStride);
        (even - odd).Store(to + (2 * toStride));
        (evens + odds).Store(to + (3 * toStride));
        (evens - odds).Store(to + (4 * toStride));
        Vector256.FusedMultiplyAdd(minusFive, d, Vector256.FusedMultiplyAdd(four, b, f)).Store(to + (5 * toStride));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void TransformSums(float* from, nint fromStride, float* to, nint toStride)
    {
        Vector256<float> a = Vector256.Load(from), b = Vector256.Load(from + fromStride), c = Vector256.Load(from + (2 * fromStride));
        Vector256<float> d = Vector256.Load(from + (3 * fromStride)), e = Vector256.Load(from + (4 * fromStride)), f = Vector256.Load(from + (5 * fromStride));
        Vector256<float> ones = b + c, one = b - c, twos = d + e, two = d - e;
        (a + ones + twos).Store(to);
        Vector256.FusedMultiplyAdd(Vector256.Create(2f), two, one).Store(to + toStride);
        Vector256.FusedMultiplyAdd(Vector256.Create(4f), twos, ones).Store(to + (2 * toStride));
        (Vector256.FusedMultiplyAdd(Vector256.Create(8f), two, one) + f).Store(to + (3 * toStride));
    }
}

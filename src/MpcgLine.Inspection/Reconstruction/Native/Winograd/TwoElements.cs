using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MpcgLine.Inspection.Reconstruction.Native.Winograd;

/// <summary>
/// F(4, 2): four results of two elements by five products instead of eight, which a stride of 2 leaves of three. The points are
/// 0, 1, -1, 2 and infinity; G is (1/2, 0), (-1/2, -1/2), (-1/6, 1/6), (1/6, 1/3), (0, 1).
/// </summary>
internal static unsafe class TwoElements
{
    /// <summary>Products.</summary>
    public const int Points = 5;

    /// <summary>B', as <see cref="IMinimalFilter.TransformValues"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void TransformValues(float* from, nint fromStride, float* to, nint toStride)
    {
        Vector256<float> a = Vector256.Load(from), b = Vector256.Load(from + fromStride), c = Vector256.Load(from + (2 * fromStride));
        Vector256<float> d = Vector256.Load(from + (3 * fromStride)), e = Vector256.Load(from + (4 * fromStride));
        Vector256<float> two = Vector256.Create(2f), minusTwo = Vector256.Create(-2f), rise = d - b, fall = d - c;
        Vector256.FusedMultiplyAdd(two, a - c, rise).Store(to);
        Vector256.FusedMultiplyAdd(minusTwo, b, fall).Store(to + toStride);
        Vector256.FusedMultiplyAdd(two, b - c, fall).Store(to + (2 * toStride));
        rise.Store(to + (3 * toStride));
        Vector256.FusedMultiplyAdd(minusTwo, rise, e - c).Store(to + (4 * toStride));
    }

    /// <summary>A', of four results.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector256<float> A, Vector256<float> B, Vector256<float> C, Vector256<float> D) TransformSums(float* from, nint fromStride)
    {
        Vector256<float> zero = Vector256.Load(from), one = Vector256.Load(from + fromStride), minus = Vector256.Load(from + (2 * fromStride));
        Vector256<float> two = Vector256.Load(from + (3 * fromStride)), infinite = Vector256.Load(from + (4 * fromStride));
        Vector256<float> even = one + minus, odd = one - minus;
        return (
            zero + even + two,
            Vector256.FusedMultiplyAdd(Vector256.Create(2f), two, odd),
            Vector256.FusedMultiplyAdd(Vector256.Create(4f), two, even),
            Vector256.FusedMultiplyAdd(Vector256.Create(8f), two, odd) + infinite);
    }
}

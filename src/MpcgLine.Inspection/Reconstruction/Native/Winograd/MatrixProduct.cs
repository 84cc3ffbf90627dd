using System.Runtime.Intrinsics;

namespace MpcgLine.Inspection.Reconstruction.Native.Winograd;

/// <summary>A product of two matrices as the sixteen registers of 256 bits hold it.</summary>
internal static unsafe class MatrixProduct
{
    /// <summary>Rows and columns: eight sums, as many as are begun while one product is being added.</summary>
    public const int Rows = 4, Columns = 16;

    /// <summary>sums = values times weights.</summary>
    /// <param name="values"><c>[4, depth]</c>, row by row.</param>
    /// <param name="depth">Values of a row.</param>
    /// <param name="weights"><c>[depth, 16]</c>, row by row.</param>
    /// <param name="sums"><c>[4, 16]</c>, row by row; overwritten.</param>
    public static void Multiply(float* values, int depth, float* weights, float* sums)
    {
        float* second = values + depth, third = second + depth, fourth = third + depth;
        Vector256<float> a0 = default, a1 = default, b0 = default, b1 = default, c0 = default, c1 = default, d0 = default, d1 = default;
        for (nint k = 0; k < depth; k++)
        {
            Vector256<float> left = Vector256.Load(weights), right = Vector256.Load(weights + 8);
            Vector256<float> a = Vector256.Create(values[k]), b = Vector256.Create(second[k]), c = Vector256.Create(third[k]), d = Vector256.Create(fourth[k]);
            a0 = Vector256.FusedMultiplyAdd(a, left, a0);
            a1 = Vector256.FusedMultiplyAdd(a, right, a1);
            b0 = Vector256.FusedMultiplyAdd(b, left, b0);
            b1 = Vector256.FusedMultiplyAdd(b, right, b1);
            c0 = Vector256.FusedMultiplyAdd(c, left, c0);
            c1 = Vector256.FusedMultiplyAdd(c, right, c1);
            d0 = Vector256.FusedMultiplyAdd(d, left, d0);
            d1 = Vector256.FusedMultiplyAdd(d, right, d1);
            weights += Columns;
        }

        a0.Store(sums);
        a1.Store(sums + 8);
        b0.Store(sums + 16);
        b1.Store(sums + 24);
        c0.Store(sums + 32);
        c1.Store(sums + 40);
        d0.Store(sums + 48);
        d1.Store(sums + 56);
    }
}

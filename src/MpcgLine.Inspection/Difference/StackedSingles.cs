using System.Runtime.Intrinsics;

namespace MpcgLine.Inspection.Difference;

/// <summary>The fusion's input in single precision.</summary>
internal readonly ref struct StackedSingles(Span<float> values) : IStackedValues
{
    private readonly Span<float> _values = values;

    /// <inheritdoc/>
    public void Set(int index, float value) => _values[index] = value;

    /// <inheritdoc/>
    public void SetSixteen(int first, int stride, Vector512<float> values)
    {
        for (int i = 0; i < Vector512<float>.Count; i++)
        {
            _values[first + (i * stride)] = values[i];
        }
    }

    /// <inheritdoc/>
    public void SetCells(int first, int stride, scoped ReadOnlySpan<Vector512<float>> rows)
    {
        for (int row = 0; row < rows.Length; row++)
        {
            int at = first + (row * Vector128<float>.Count);
            (Vector256<float> left, Vector256<float> right) = (rows[row].GetLower(), rows[row].GetUpper());
            left.GetLower().CopyTo(_values[at..]);
            left.GetUpper().CopyTo(_values[(at + stride)..]);
            right.GetLower().CopyTo(_values[(at + (2 * stride))..]);
            right.GetUpper().CopyTo(_values[(at + (3 * stride))..]);
        }
    }
}

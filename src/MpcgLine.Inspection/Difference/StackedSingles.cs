using System.Runtime.Intrinsics;

namespace MpcgLine.Inspection.Difference;

/// <summary>The fusion's input in single precision.</summary>
internal readonly ref struct StackedSingles(Span<float> values, int channels) : IStackedValues
{
    private readonly Span<float> _values = values;

    /// <inheritdoc/>
    public void SetSixteen(int cell, int channel, Vector512<float> values)
    {
        for (int i = 0; i < Vector512<float>.Count; i++)
        {
            _values[((cell + i) * channels) + channel] = values[i];
        }
    }

    /// <inheritdoc/>
    public void SetCells(int cell, int channel, scoped ReadOnlySpan<Vector512<float>> rows)
    {
        for (int row = 0; row < rows.Length; row++)
        {
            int at = (cell * channels) + channel + (row * Vector128<float>.Count);
            (Vector256<float> left, Vector256<float> right) = (rows[row].GetLower(), rows[row].GetUpper());
            left.GetLower().CopyTo(_values[at..]);
            left.GetUpper().CopyTo(_values[(at + channels)..]);
            right.GetLower().CopyTo(_values[(at + (2 * channels))..]);
            right.GetUpper().CopyTo(_values[(at + (3 * channels))..]);
        }
    }
}

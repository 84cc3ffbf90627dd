using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MpcgLine.Inspection.Reconstruction;

namespace MpcgLine.Inspection.Difference;

/// <summary>
/// The fusion's input in bytes. What is beyond them becomes the last; what is no number becomes any: the change of the DCT feature
/// tells of it.
/// </summary>
/// <param name="values">Written.</param>
/// <param name="scale">What they stand for, the same within a cell's sixteen values of one map.</param>
internal readonly ref struct StackedBytes(Span<byte> values, ByteScale scale) : IStackedValues
{
    private readonly Span<byte> _values = values;

    /// <inheritdoc/>
    public void SetSixteen(int cell, int channel, Vector512<float> values)
    {
        Vector128<byte> bytes = Rounded(values, channel);
        for (int i = 0; i < Vector512<float>.Count; i++)
        {
            _values[((cell + i) * scale.Steps.Length) + channel] = bytes[i];
        }
    }

    /// <inheritdoc/>
    public void SetCells(int cell, int channel, scoped ReadOnlySpan<Vector512<float>> rows)
    {
        // A row of a cell has four values, 32 bits. Made row by row, they are stored cell by cell.
        Span<Vector128<byte>> made = stackalloc Vector128<byte>[rows.Length];
        for (int row = 0; row < rows.Length; row++)
        {
            made[row] = Rounded(rows[row], channel);
        }

        Vector512<uint> byRow = Vector512.Create<uint>(MemoryMarshal.Cast<Vector128<byte>, uint>(made));
        Vector512<byte> byCell = Vector512.Shuffle(byRow, Vector512.Create(0u, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15)).AsByte();
        int channels = scale.Steps.Length, at = (cell * channels) + channel;
        (Vector256<byte> left, Vector256<byte> right) = (byCell.GetLower(), byCell.GetUpper());
        left.GetLower().CopyTo(_values[at..]);
        left.GetUpper().CopyTo(_values[(at + channels)..]);
        right.GetLower().CopyTo(_values[(at + (2 * channels))..]);
        right.GetUpper().CopyTo(_values[(at + (3 * channels))..]);
    }

    private Vector128<byte> Rounded(Vector512<float> values, int channel)
    {
        Vector512<float> steps = Vector512.FusedMultiplyAdd(values, Vector512.Create(1 / scale.Steps[channel]), Vector512.Create((float)scale.Zero));
        Vector512<int> whole = Vector512.ConvertToInt32Native(
            Vector512.Round(Vector512.MaxNative(Vector512.MinNative(steps, Vector512.Create((float)byte.MaxValue)), Vector512<float>.Zero)));
        Vector256<short> narrow = Vector256.Narrow(whole.GetLower(), whole.GetUpper());
        return Vector128.Narrow(narrow.GetLower().AsUInt16(), narrow.GetUpper().AsUInt16());
    }
}

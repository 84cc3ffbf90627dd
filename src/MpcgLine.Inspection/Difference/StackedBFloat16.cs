using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MpcgLine.Inspection.Primitives;

namespace MpcgLine.Inspection.Difference;

/// <summary>The fusion's input in bfloat16, as bits.</summary>
internal readonly ref struct StackedBFloat16(Span<ushort> values, int channels) : IStackedValues
{
    private const int Lanes = 16, Cells = 4;

    private readonly Span<ushort> _values = values;

    /// <inheritdoc/>
    public void SetSixteen(int cell, int channel, Vector512<float> values)
    {
        Span<ushort> bits = stackalloc ushort[Lanes];
        values.StoreBFloat16(bits);
        for (int i = 0; i < Lanes; i++)
        {
            _values[((cell + i) * channels) + channel] = bits[i];
        }
    }

    /// <inheritdoc/>
    public void SetCells(int cell, int channel, scoped ReadOnlySpan<Vector512<float>> rows)
    {
        // A row of a cell has four values, 64 bits. Made row by row, they are stored cell by cell.
        Span<ushort> bits = stackalloc ushort[Cells * Lanes];
        for (int row = 0; row < rows.Length; row++)
        {
            rows[row].StoreBFloat16(bits[(row * Lanes)..]);
        }

        // The upper two rows' values of two cells, the lower two rows' 16 further on.
        Vector512<ulong> twoCells = Vector512.Create(0ul, 4, 16, 20, 1, 5, 17, 21);
        ReadOnlySpan<ulong> made = MemoryMarshal.Cast<ushort, ulong>(bits);
        Vector512<ulong> upper = Vector512.Create(made), lower = Vector512.Create(made[(2 * Cells)..]);
        for (int i = 0; i < Cells; i += 2)
        {
            // An index beyond eight gives zero.
            Vector512<ulong> ofUpper = twoCells + Vector512.Create((ulong)i);
            Vector512<ulong> two = Vector512.Shuffle(upper, ofUpper) | Vector512.Shuffle(lower, ofUpper - Vector512.Create(16ul));
            two.GetLower().AsUInt16().CopyTo(_values[(((cell + i) * channels) + channel)..]);
            two.GetUpper().AsUInt16().CopyTo(_values[(((cell + i + 1) * channels) + channel)..]);
        }
    }
}

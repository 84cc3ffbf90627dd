using System.Numerics;

namespace MpcgLine.Inspection.Correction;

/// <summary>
/// Flat-field correction per column: <c>out = (in - dark) * gain</c>, rounded and clamped to 0..255, in fixed point with
/// 12 fractional bits. Immutable after construction, any thread, allocation-free.
/// </summary>
public sealed class FlatField
{
    private const int FractionBits = 12;
    private const double LargestGain = 64;

    private readonly int[]? _gain;
    private readonly int[]? _bias;

    private FlatField(int width) => Width = width;

    /// <summary>Makes the correction of a camera.</summary>
    /// <param name="dark"><c>[width]</c> gray level of each column without light, 0..254.</param>
    /// <param name="gain"><c>[width]</c> factor of each column, above 0 and at most 64.</param>
    /// <exception cref="ArgumentException">Lengths differ, or a value is out of range; the message names the column.</exception>
    public FlatField(ReadOnlySpan<float> dark, ReadOnlySpan<float> gain)
    {
        if (dark.Length != gain.Length || dark.IsEmpty)
        {
            throw new ArgumentException($"Flat field with {dark.Length} dark levels and {gain.Length} gains; allowed is one each per column.");
        }

        Width = dark.Length;
        _gain = new int[Width];
        _bias = new int[Width];
        for (int x = 0; x < Width; x++)
        {
            if (!(dark[x] >= 0 && dark[x] <= 254))
            {
                throw new ArgumentException($"Flat field, column {x}: dark level {dark[x]}; allowed is 0 to 254.");
            }

            if (!(gain[x] > 0 && gain[x] <= LargestGain))
            {
                throw new ArgumentException($"Flat field, column {x}: gain {gain[x]}; allowed is above 0 to {LargestGain}.");
            }

            _gain[x] = (int)Math.Round(gain[x] * (1 << FractionBits));
            _bias[x] = (1 << (FractionBits - 1)) - (int)Math.Round((double)dark[x] * gain[x] * (1 << FractionBits));
        }
    }

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>The correction that changes nothing.</summary>
    public static FlatField Identity(int width) => new(width);

    /// <summary>Corrects one line.</summary>
    /// <param name="source"><c>[Width]</c> as the camera gave it.</param>
    /// <param name="destination"><c>[Width]</c>, written.</param>
    public void Apply(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        if (_gain is null || _bias is null)
        {
            source.CopyTo(destination);
            return;
        }

        int x = 0;
        for (; x <= source.Length - Vector<byte>.Count; x += Vector<byte>.Count)
        {
            Vector.Widen(new Vector<byte>(source[x..]), out Vector<ushort> low, out Vector<ushort> high);
            Vector<ushort> first = Correct(low, x);
            Vector<ushort> second = Correct(high, x + Vector<ushort>.Count);
            Vector.Narrow(first, second).CopyTo(destination[x..]);
        }

        for (; x < source.Length; x++)
        {
            destination[x] = (byte)Math.Clamp(((source[x] * _gain[x]) + _bias[x]) >> FractionBits, 0, 255);
        }
    }

    private Vector<ushort> Correct(Vector<ushort> levels, int x)
    {
        Vector.Widen(levels, out Vector<uint> low, out Vector<uint> high);
        return Vector.Narrow(Correct(low, x), Correct(high, x + Vector<int>.Count));
    }

    private Vector<uint> Correct(Vector<uint> levels, int x)
    {
        Vector<int> corrected = (Vector.AsVectorInt32(levels) * new Vector<int>(_gain!, x)) + new Vector<int>(_bias!, x);
        corrected = Vector.ShiftRightArithmetic(corrected, FractionBits);
        return Vector.AsVectorUInt32(Vector.Min(Vector.Max(corrected, Vector<int>.Zero), new Vector<int>(255)));
    }
}

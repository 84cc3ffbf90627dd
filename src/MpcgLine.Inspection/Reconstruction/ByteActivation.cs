using System.Runtime.Intrinsics;

namespace MpcgLine.Inspection.Reconstruction;

/// <summary>
/// LeakyReLU of bytes, and the way to a scale of its own: what it makes of negative numbers takes a fifth of their room, and
/// the steps of the result are as much finer. Immutable.
/// </summary>
internal sealed class ByteActivation
{
    // Factors are in 256ths: a byte times one of them, within the bounds below, fits into 16 bits.
    private const int Shift = 8;
    private const ushort Half = 1 << (Shift - 1);

    private static readonly int Lanes = Vector512<byte>.Count;

    private readonly byte _zero;
    private readonly byte _resultZero;

    // Channel by channel, repeated until whole vectors are full: factors above 0 and below it, and the most that they may
    // multiply without leaving the bytes.
    private readonly ushort[] _above;
    private readonly ushort[] _below;
    private readonly byte[] _mostAbove;
    private readonly byte[] _mostBelow;

    /// <summary>Between two scales of the same channels.</summary>
    /// <param name="scale">What the bytes stand for before it.</param>
    /// <param name="result">What they stand for after it.</param>
    public ByteActivation(ByteScale scale, ByteScale result)
    {
        (_zero, _resultZero) = ((byte)scale.Zero, (byte)result.Zero);
        int channels = scale.Steps.Length, period = channels;
        while (period % Lanes != 0)
        {
            period += channels;
        }

        (_above, _below) = (new ushort[period], new ushort[period]);
        (_mostAbove, _mostBelow) = (new byte[period], new byte[period]);
        for (int i = 0; i < period; i++)
        {
            float factor = scale.Steps[i % channels] / result.Steps[i % channels];
            (_above[i], _mostAbove[i]) = Factor(factor, result.Largest - result.Zero);
            (_below[i], _mostBelow[i]) = Factor(factor * (float)LayerShape.LeakySlope, result.Zero);
        }
    }

    /// <summary>Applies it in place.</summary>
    /// <param name="values">Pixel by pixel, channels innermost; a number of whole vectors, as of any map of 8 x 8 or more.</param>
    public void Apply(Span<byte> values)
    {
        Vector512<byte> zero = Vector512.Create(_zero), resultZero = Vector512.Create(_resultZero);
        int period = _above.Length;
        for (int start = 0; start < values.Length; start += period)
        {
            for (int i = 0; i < period; i += Lanes)
            {
                Span<byte> at = values.Slice(start + i, Lanes);
                Vector512<byte> x = Vector512.Create<byte>(at);
                Vector512<byte> above = Vector512.Min(Vector512.SubtractSaturate(x, zero), Vector512.Create(_mostAbove, i));
                Vector512<byte> below = Vector512.Min(Vector512.SubtractSaturate(zero, x), Vector512.Create(_mostBelow, i));
                (resultZero + Scaled(above, _above, i) - Scaled(below, _below, i)).CopyTo(at);
            }
        }
    }

    private static (ushort Factor, byte Most) Factor(float factor, int room)
    {
        ushort whole = (ushort)Math.Clamp(MathF.Round(factor * (1 << Shift)), 1, ushort.MaxValue);
        return (whole, (byte)Math.Min(((room << Shift) + Half - 1) / whole, byte.MaxValue));
    }

    private static Vector512<byte> Scaled(Vector512<byte> values, ushort[] factors, int first) => Vector512.Narrow(
        Scaled(Vector512.WidenLower(values), Vector512.Create(factors, first)),
        Scaled(Vector512.WidenUpper(values), Vector512.Create(factors, first + (Lanes / 2))));

    private static Vector512<ushort> Scaled(Vector512<ushort> values, Vector512<ushort> factors) => ((values * factors) + Vector512.Create(Half)) >> Shift;
}

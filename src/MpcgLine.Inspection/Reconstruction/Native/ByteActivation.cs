using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MpcgLine.Inspection.Reconstruction.Native;

/// <summary>
/// LeakyReLU of bytes, and the way to a scale of its own: what it makes of negative numbers takes a fifth of their room, and
/// the steps of the result are as much finer. Inference thread only, whose work libtorch's threads share.
/// </summary>
internal sealed unsafe class ByteActivation : TeamWork
{
    // Factors are in 256ths: a byte times one of them, within the bounds below, fits into 16 bits.
    private const int Shift = 8;
    private const ushort Half = 1 << (Shift - 1);

    // Enough to be worth a thread, few enough to share evenly.
    private const int PartBytes = 1 << 14;

    private static readonly int Lanes = Vector512<byte>.Count;

    private readonly byte _zero;
    private readonly byte _resultZero;

    // Channel by channel, repeated until whole vectors are full: factors above 0 and below it, and the most that they may
    // multiply without leaving the bytes.
    private readonly ushort[] _above;
    private readonly ushort[] _below;
    private readonly byte[] _mostAbove;
    private readonly byte[] _mostBelow;

    private byte* _values;
    private int _count;
    private int _perPart;

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
            (_above[i], _mostAbove[i]) = Factor(factor, byte.MaxValue - result.Zero);
            (_below[i], _mostBelow[i]) = Factor(factor * (float)LayerShape.LeakySlope, result.Zero);
        }
    }

    /// <summary>Applies it in place.</summary>
    /// <param name="map">Bytes of as many channels as the scales have.</param>
    public void Apply(NativeMap map)
    {
        int period = _above.Length;
        _values = (byte*)map.Values;
        _count = map.Length;
        _perPart = (PartBytes + period - 1) / period * period;
        Share((_count + _perPart - 1) / _perPart);
    }

    /// <inheritdoc/>
    protected override void Do(int part)
    {
        int first = part * _perPart;
        Apply(new Span<byte>(_values + first, Math.Min(_perPart, _count - first)));
    }

    /// <summary>The same to some of a map's bytes on the calling thread, whichever that is.</summary>
    /// <param name="values">Whole pixels.</param>
    public void Apply(Span<byte> values)
    {
        Vector512<byte> zero = Vector512.Create(_zero), resultZero = Vector512.Create(_resultZero);
        int period = _above.Length, whole = values.Length / Lanes * Lanes;
        ref byte first = ref MemoryMarshal.GetReference(values);
        ref ushort above = ref MemoryMarshal.GetArrayDataReference(_above), below = ref MemoryMarshal.GetArrayDataReference(_below);
        ref byte mostAbove = ref MemoryMarshal.GetArrayDataReference(_mostAbove), mostBelow = ref MemoryMarshal.GetArrayDataReference(_mostBelow);
        for (int start = 0; start < whole; start += period)
        {
            int end = Math.Min(period, whole - start);
            for (nuint i = 0; i < (nuint)end; i += (nuint)Lanes)
            {
                nuint at = (nuint)start + i;
                Vector512<byte> x = Vector512.LoadUnsafe(ref first, at);
                Vector512<byte> up = Vector512.Min(Vector512.SubtractSaturate(x, zero), Vector512.LoadUnsafe(ref mostAbove, i));
                Vector512<byte> down = Vector512.Min(Vector512.SubtractSaturate(zero, x), Vector512.LoadUnsafe(ref mostBelow, i));
                (resultZero + Scaled(up, ref above, i) - Scaled(down, ref below, i)).StoreUnsafe(ref first, at);
            }
        }

        for (int i = whole; i < values.Length; i++)
        {
            int channel = i % period, x = values[i];
            values[i] = x >= _zero
                ? (byte)(_resultZero + Scaled(Math.Min(x - _zero, _mostAbove[channel]), _above[channel]))
                : (byte)(_resultZero - Scaled(Math.Min(_zero - x, _mostBelow[channel]), _below[channel]));
        }
    }

    private static (ushort Factor, byte Most) Factor(float factor, int room)
    {
        ushort whole = (ushort)Math.Clamp(MathF.Round(factor * (1 << Shift)), 1, ushort.MaxValue);
        return (whole, (byte)Math.Min(((room << Shift) + Half - 1) / whole, byte.MaxValue));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> Scaled(Vector512<byte> values, ref ushort factors, nuint first) => Vector512.Narrow(
        Scaled(Vector512.WidenLower(values), Vector512.LoadUnsafe(ref factors, first)),
        Scaled(Vector512.WidenUpper(values), Vector512.LoadUnsafe(ref factors, first + (nuint)(Lanes / 2))));

    private static Vector512<ushort> Scaled(Vector512<ushort> values, Vector512<ushort> factors) => ((values * factors) + Vector512.Create(Half)) >> Shift;

    private static int Scaled(int value, ushort factor) => ((value * factor) + Half) >> Shift;
}

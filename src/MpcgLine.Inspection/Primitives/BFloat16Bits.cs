using System.Runtime.Intrinsics;

namespace MpcgLine.Inspection.Primitives;

/// <summary>
/// Single precision to the bits of bfloat16 and back, the upper half of a single, rounded to the nearest and, halfway, to even,
/// as libtorch rounds. What is no number stays none: rounded like one it could become a zero, and pass as sound.
/// </summary>
internal static class BFloat16Bits
{
    private const uint HalfBelow = 0x7FFF, NotANumber = 0x7FC0_0000;

    /// <summary>One value.</summary>
    public static ushort ToBFloat16(this float value)
    {
        uint bits = float.IsNaN(value) ? NotANumber : BitConverter.SingleToUInt32Bits(value);
        return (ushort)((bits + HalfBelow + ((bits >> 16) & 1)) >> 16);
    }

    /// <summary>Back, exactly.</summary>
    public static float ToSingle(this ushort bits) => BitConverter.UInt32BitsToSingle((uint)bits << 16);

    /// <summary>Sixteen values back, exactly.</summary>
    /// <param name="bits">In the lower half of each element.</param>
    public static Vector512<float> ToSingles(this Vector512<uint> bits) => (bits << 16).AsSingle();

    /// <summary>Sixteen values.</summary>
    /// <param name="values">To be rounded.</param>
    /// <param name="target">At least sixteen places.</param>
    public static void StoreBFloat16(this Vector512<float> values, Span<ushort> target)
    {
        Vector512<float> numbers = Vector512.ConditionalSelect(Vector512.Equals(values, values), values, Vector512.Create(NotANumber).AsSingle());
        Vector512<uint> bits = numbers.AsUInt32();
        Vector512<uint> rounded = (bits + Vector512.Create(HalfBelow) + ((bits >> 16) & Vector512<uint>.One)) >> 16;
        Vector256.Narrow(rounded.GetLower(), rounded.GetUpper()).CopyTo(target);
    }
}

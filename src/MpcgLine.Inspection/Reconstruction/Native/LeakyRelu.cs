using System.Runtime.Intrinsics;
using MpcgLine.Inspection.Primitives;

namespace MpcgLine.Inspection.Reconstruction.Native;

/// <summary>LeakyReLU of numbers in place, where a convolution can't apply it. Inference thread only, whose work libtorch's threads share.</summary>
/// <param name="isBFloat16">Whether they are bfloat16, or single precision.</param>
internal sealed unsafe class LeakyRelu(bool isBFloat16) : TeamWork
{
    private const int Lanes = 16, PartValues = 1 << 13;

    private void* _values;
    private int _count;

    /// <summary>Applies it.</summary>
    public void Apply(NativeMap map)
    {
        _values = map.Values;
        _count = map.Length;
        Share((_count + PartValues - 1) / PartValues);
    }

    /// <inheritdoc/>
    protected override void Do(int part)
    {
        int first = part * PartValues, count = Math.Min(PartValues, _count - first);
        if (isBFloat16)
        {
            Apply(new Span<ushort>((ushort*)_values + first, count));
        }
        else
        {
            Apply(new Span<float>((float*)_values + first, count));
        }
    }

    private static void Apply(Span<ushort> values)
    {
        int whole = values.Length / (2 * Lanes) * 2 * Lanes;
        for (int i = 0; i < whole; i += 2 * Lanes)
        {
            Vector512<ushort> bits = Vector512.Create<ushort>(values.Slice(i, 2 * Lanes));
            Activated(Vector512.WidenLower(bits).ToSingles()).StoreBFloat16(values.Slice(i, Lanes));
            Activated(Vector512.WidenUpper(bits).ToSingles()).StoreBFloat16(values.Slice(i + Lanes, Lanes));
        }

        for (int i = whole; i < values.Length; i++)
        {
            values[i] = Activated(values[i].ToSingle()).ToBFloat16();
        }
    }

    private static void Apply(Span<float> values)
    {
        int whole = values.Length / Lanes * Lanes;
        for (int i = 0; i < whole; i += Lanes)
        {
            Activated(Vector512.Create<float>(values.Slice(i, Lanes))).CopyTo(values.Slice(i, Lanes));
        }

        for (int i = whole; i < values.Length; i++)
        {
            values[i] = Activated(values[i]);
        }
    }

    // What is no number is not below 0, and stays none.
    private static Vector512<float> Activated(Vector512<float> x) => Vector512.ConditionalSelect(
        Vector512.LessThan(x, Vector512<float>.Zero), x * Vector512.Create((float)LayerShape.LeakySlope), x);

    private static float Activated(float x) => x < 0 ? x * (float)LayerShape.LeakySlope : x;
}

namespace MpcgLine.Inspection.Reconstruction;

/// <summary>
/// Which numbers a map's bytes stand for: <c>(byte - Zero) * Steps[channel]</c>. Steps differ by channel: the kernels of
/// the next layer take them over.
/// </summary>
/// <param name="Zero">The byte that stands for 0.</param>
/// <param name="Steps">From one byte to the next, above 0, channel by channel.</param>
internal sealed record ByteScale(int Zero, float[] Steps)
{
    // Of a channel that is nothing but 0.
    private const float LeastStep = 1e-12f;

    /// <summary>The scale that covers a layer's ranges in the finest steps, on the geometric mean.</summary>
    public static ByteScale Covering(ActivationRange range)
    {
        int zero = Enumerable.Range(1, byte.MaxValue - 1).MinBy(candidate => StepsOf(range, candidate).Sum(step => MathF.Log(step)));
        return new ByteScale(zero, [.. StepsOf(range, zero)]);
    }

    /// <summary>What the bytes that a layer gives stand for.</summary>
    /// <exception cref="ModelException">Its range is missing or no range.</exception>
    public static ByteScale Of(LayerShape shape, IReadOnlyDictionary<string, ActivationRange> ranges)
    {
        ActivationRange range = ActivationRanges.Of(shape, ranges);
        return Covering(shape.Activated ? range.Activated() : range);
    }

    private static IEnumerable<float> StepsOf(ActivationRange range, int zero) =>
        range.Low.Zip(range.High, (low, high) => Math.Max(Math.Max(-low / zero, high / (byte.MaxValue - zero)), LeastStep));
}

namespace MpcgLine.Learning.Calibration;

/// <summary>
/// A threshold for a target false-alarm rate, from good parts alone.
/// </summary>
/// <remarks>
/// A part is flagged when any of its tiles is. Of n parts and one more, each is as likely to be any in order: the next one
/// reaches the k-th largest value of n with a chance of k / (n + 1), whatever the scores, and the threshold lies above the
/// one that keeps the rate. For a rate below 1 / (n + 1), what lies beyond the largest value has to be extrapolated:
/// excesses of the parts' maxima over their upper quartile are taken as exponential, the usual tail of light-tailed scores. Few
/// parts have too short a tail; then it is that of their tiles, which are taken for independent. Where they resemble each other,
/// as exposures do, that puts the threshold rather too high than too low.
/// </remarks>
/// <param name="Threshold">Values from here on are flagged.</param>
/// <param name="Parts">Good parts with a tile.</param>
/// <param name="Flagged">Good parts at or above it.</param>
/// <param name="ExpectedLow">Lower end of the 95 % interval of the rate to expect (Clopper and Pearson).</param>
/// <param name="ExpectedHigh">Upper end.</param>
/// <param name="TailValues">Values the extrapolation rests on; null where nothing was extrapolated.</param>
internal sealed record TailThreshold(double Threshold, int Parts, int Flagged, double ExpectedLow, double ExpectedHigh, int? TailValues)
{
    /// <summary>
    /// Fewer values than these and a threshold is little more than a guess: values of the tail, whose extrapolation has an
    /// error of about 1 / sqrt(n), or parts, where one of theirs is the threshold.
    /// </summary>
    public const int FewestValues = 8;

    /// <summary>Below this no threshold is set: none lies in the upper quarter, and nothing could be said of a tail.</summary>
    public const int FewestTiles = 4;

    private const double TailShare = 0.25;
    private const double Confidence = 0.95;

    /// <summary>Whether the threshold rests on too little.</summary>
    public bool IsThin => (TailValues ?? Parts) < FewestValues;

    /// <summary>Sets a threshold.</summary>
    /// <param name="parts">Per independent part the maxima of its tiles; those without a tile count for nothing.</param>
    /// <param name="target">Share of parts that may be flagged, above 0 and at most 0.5.</param>
    /// <exception cref="ArgumentException">No part has a tile.</exception>
    public static TailThreshold Of(IReadOnlyList<IReadOnlyList<double>> parts, double target)
    {
        IReadOnlyList<double>[] inspected = [.. parts.Where(tiles => tiles.Count > 0)];
        if (inspected.Length == 0)
        {
            throw new ArgumentException("No part has an inspected tile.", nameof(parts));
        }

        double[] maxima = [.. inspected.Select(tiles => tiles.Max()).OrderDescending()];
        int rank = (int)Math.Floor((target * (maxima.Length + 1)) + 1e-9);
        (double extrapolated, int? tailValues) = rank > 0 ? (double.NegativeInfinity, null) : Extrapolate(inspected, maxima, target);
        double threshold = Math.Max(Above(maxima[Math.Max(0, rank - 1)]), extrapolated);
        int flagged = maxima.Count(m => m >= threshold);
        return new TailThreshold(
            threshold,
            maxima.Length,
            flagged,
            Binomial.LowerBound(flagged, maxima.Length, Confidence),
            Binomial.UpperBound(flagged, maxima.Length, Confidence),
            tailValues);
    }

    private static (double Threshold, int? TailValues) Extrapolate(IReadOnlyList<double>[] parts, double[] maxima, double target)
    {
        double[] values = [.. (maxima.Length * TailShare >= FewestValues ? maxima : parts.SelectMany(t => t)).Order()];
        if (values.Length == 1)
        {
            return (values[0], 0);
        }

        double perPart = (double)values.Length / parts.Length;
        double perValue = 1 - Math.Pow(1 - target, 1 / perPart);
        // The base value has no excess; at least one value lies above it.
        int first = Math.Min(values.Length - 2, (int)Math.Ceiling(values.Length * (1 - TailShare)) - 1);
        int above = values.Length - first - 1;
        double meanExcess = values.Skip(first + 1).Average() - values[first];
        double share = (double)above / values.Length;
        return (values[first] + (meanExcess * Math.Log(Math.Max(1, share / perValue))), above);
    }

    /// <summary>The next single-precision number: the threshold is stored and compared as one.</summary>
    private static double Above(double value) => MathF.BitIncrement((float)value);
}

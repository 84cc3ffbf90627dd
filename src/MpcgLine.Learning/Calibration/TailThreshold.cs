namespace MpcgLine.Learning.Calibration;

/// <summary>
/// A threshold for a target false-alarm rate, from good parts alone.
/// </summary>
/// <remarks>
/// <para>
/// A view is what gets one verdict: it is flagged when any of its tiles is. Of n parts with one view each and one more, each is as
/// likely to be any in order: the next one reaches the k-th largest value of n with a chance of k / (n + 1), whatever the scores,
/// and the threshold lies above the one that keeps the rate. Where parts have several views, a view weighs one over their number,
/// and a part's worth of views takes the place of a part (the hierarchical conformal prediction of Lee, Barber and Willett 2023).
/// The part to come counts as one that reaches any threshold: of just 1 / target parts no view may lie above it, one or several.
/// </para>
/// <para>
/// For a rate below 1 / (n + 1), what lies beyond the largest value has to be extrapolated: excesses of the views' maxima over
/// their upper quartile are taken as exponential, the usual tail of light-tailed scores, and no more than the target share of what
/// was seen lies above. Few parts have too short a tail; then it is that of their tiles, which are taken for independent. Where
/// they resemble each other, as neighbours do, that puts the threshold rather too high than too low.
/// </para>
/// </remarks>
/// <param name="Threshold">Values from here on are flagged.</param>
/// <param name="Parts">Good parts with a tile.</param>
/// <param name="Flagged">Parts' worth of views at or above it.</param>
/// <param name="ExpectedLow">
/// Lower end of the 95 % interval of the rate to expect (Clopper and Pearson), with as many trials as parts: views of one part may
/// be as alike as can be.
/// </param>
/// <param name="ExpectedHigh">Upper end.</param>
/// <param name="TailValues">Values the extrapolation rests on, views of one part together as one; null where nothing was extrapolated.</param>
internal sealed record TailThreshold(double Threshold, int Parts, double Flagged, double ExpectedLow, double ExpectedHigh, int? TailValues)
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

    // Sums of weights such as 1/3 and 1/6 are not exact.
    private const double Rounding = 1e-9;

    /// <summary>Whether the threshold rests on too little.</summary>
    public bool IsThin => (TailValues ?? Parts) < FewestValues;

    /// <summary>Sets a threshold.</summary>
    /// <param name="parts">
    /// Per independent part its views, per view the maxima of its tiles; those without a tile count for nothing.
    /// </param>
    /// <param name="target">Share of views that may be flagged, above 0 and at most 0.5.</param>
    /// <exception cref="ArgumentException">No part has a tile.</exception>
    public static TailThreshold Of(IEnumerable<IReadOnlyList<IReadOnlyList<double>>> parts, double target)
    {
        View[] views = [.. parts
            .Select(part => part.Where(tiles => tiles.Count > 0).ToArray())
            .SelectMany(part => part.Select(tiles => new View(tiles.Max(), 1.0 / part.Length, tiles)))
            .OrderByDescending(view => view.Maximum)];
        if (views.Length == 0)
        {
            throw new ArgumentException("No part has an inspected tile.", nameof(parts));
        }

        int count = (int)Math.Round(views.Sum(view => view.Weight));
        double beyond = (target * (count + 1)) - 1;
        (double threshold, int? tailValues) = beyond < -Rounding ? Extrapolate(views, count, target) : (Keeping(views, beyond), null);
        double flagged = views.Where(view => view.Maximum >= threshold).Sum(view => view.Weight);
        return new TailThreshold(
            threshold,
            count,
            flagged,
            Binomial.LowerBound((int)Math.Floor(flagged + Rounding), count, Confidence),
            Binomial.UpperBound((int)Math.Ceiling(flagged - Rounding), count, Confidence),
            tailValues);
    }

    /// <summary>The least threshold that no more than <paramref name="most"/> parts' worth of views reach.</summary>
    private static double Keeping(View[] views, double most)
    {
        double reached = 0;
        foreach (View view in views)
        {
            reached += view.Weight;
            if (reached > most + Rounding)
            {
                return Above(view.Maximum);
            }
        }

        return Above(views[^1].Maximum);
    }

    /// <summary>A threshold beyond the highest values, from how fast the tail falls; never so low that more than the target is flagged.</summary>
    private static (double Threshold, int? TailValues) Extrapolate(View[] views, int parts, double target)
    {
        (double Value, double Weight)[] values = parts * TailShare >= FewestValues
            ? [.. views.Select(view => (view.Maximum, view.Weight))]
            : [.. views.SelectMany(view => view.Tiles.Select(tile => (tile, view.Weight))).OrderDescending()];
        double total = values.Sum(v => v.Weight), least = Keeping(views, target * parts);
        if (values.Length == 1)
        {
            return (Math.Max(least, values[0].Value), 0);
        }

        double perView = total / parts;
        double perValue = 1 - Math.Pow(1 - target, 1 / perView);
        // The base value has no excess; at least one value lies above it.
        int above = 1;
        double share = values[0].Weight, sum = values[0].Weight * values[0].Value;
        while (above < values.Length - 1 && share + values[above].Weight <= (total * TailShare) + Rounding)
        {
            share += values[above].Weight;
            sum += values[above].Weight * values[above].Value;
            above++;
        }

        double start = values[above].Value, meanExcess = (sum / share) - start;
        double extrapolated = start + (meanExcess * Math.Log(Math.Max(1, share / total / perValue)));
        return (Math.Max(least, extrapolated), (int)Math.Ceiling(share - Rounding));
    }

    /// <summary>The next single-precision number: the threshold is stored and compared as one.</summary>
    private static double Above(double value) => MathF.BitIncrement((float)value);

    /// <summary>What gets one verdict.</summary>
    private readonly record struct View(double Maximum, double Weight, IReadOnlyList<double> Tiles);
}

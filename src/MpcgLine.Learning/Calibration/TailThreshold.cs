namespace MpcgLine.Learning.Calibration;

/// <summary>
/// A threshold for a target false-alarm rate, from good images alone.
/// </summary>
/// <remarks>
/// With enough images the rate is counted. With fewer than 1 / target, what lies beyond the largest value seen has
/// to be extrapolated: excesses of the tiles' maxima over their upper quartile are taken as exponential, the usual
/// tail of light-tailed scores.
/// </remarks>
/// <param name="Threshold">Values from here on are flagged.</param>
/// <param name="Flagged">Good images at or above it.</param>
/// <param name="ExpectedLow">Lower end of the 95 % interval of the rate to expect (Clopper and Pearson).</param>
/// <param name="ExpectedHigh">Upper end.</param>
internal sealed record TailThreshold(double Threshold, int Flagged, double ExpectedLow, double ExpectedHigh)
{
    private const double TailShare = 0.25;
    private const double Confidence = 0.95;

    /// <summary>Sets a threshold.</summary>
    /// <param name="images">Per independent image the maxima of its tiles; at least one image with at least one tile.</param>
    /// <param name="target">Share of images that may be flagged, above 0 and at most 0.5.</param>
    public static TailThreshold Of(IReadOnlyList<IReadOnlyList<double>> images, double target)
    {
        double[] maxima = [.. images.Where(tiles => tiles.Count > 0).Select(tiles => tiles.Max()).OrderDescending()];
        if (maxima.Length == 0)
        {
            throw new ArgumentException("No image has an inspected tile.", nameof(images));
        }

        int allowed = (int)Math.Floor(maxima.Length * target);
        double threshold = allowed > 0
            ? Above(maxima[Math.Min(allowed, maxima.Length - 1)])
            : Math.Max(Above(maxima[0]), Extrapolate(images, target));
        int flagged = maxima.Count(m => m >= threshold);
        return new TailThreshold(
            threshold,
            flagged,
            Binomial.LowerBound(flagged, maxima.Length, Confidence),
            Binomial.UpperBound(flagged, maxima.Length, Confidence));
    }

    private static double Extrapolate(IReadOnlyList<IReadOnlyList<double>> images, double target)
    {
        double[] tiles = [.. images.SelectMany(t => t).Order()];
        double perImage = (double)tiles.Length / images.Count;
        double perTile = 1 - Math.Pow(1 - target, 1 / perImage);
        int first = Math.Min(tiles.Length - 1, (int)Math.Floor(tiles.Length * (1 - TailShare)));
        double share = (double)(tiles.Length - first) / tiles.Length;
        double meanExcess = tiles.Skip(first).Average() - tiles[first];
        return tiles[first] + (meanExcess * Math.Log(Math.Max(1, share / perTile)));
    }

    /// <summary>The next single-precision number: the threshold is stored and compared as one.</summary>
    private static double Above(double value) => MathF.BitIncrement((float)value);
}

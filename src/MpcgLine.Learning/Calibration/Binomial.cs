namespace MpcgLine.Learning.Calibration;

/// <summary>Exact confidence bounds of a share (Clopper and Pearson, 1934).</summary>
internal static class Binomial
{
    /// <summary>Lower bound of the share when <paramref name="hits"/> of <paramref name="count"/> were seen.</summary>
    public static double LowerBound(int hits, int count, double confidence) =>
        hits == 0 ? 0 : Solve(p => 1 - AtMost(hits - 1, count, p) - ((1 - confidence) / 2));

    /// <summary>Upper bound of the share.</summary>
    public static double UpperBound(int hits, int count, double confidence) =>
        hits == count ? 1 : Solve(p => ((1 - confidence) / 2) - AtMost(hits, count, p));

    /// <summary>Root of a function that rises with p.</summary>
    private static double Solve(Func<double, double> rising)
    {
        double low = 0, high = 1;
        for (int i = 0; i < 60; i++)
        {
            double middle = (low + high) / 2;
            if (rising(middle) < 0)
            {
                low = middle;
            }
            else
            {
                high = middle;
            }
        }

        return (low + high) / 2;
    }

    /// <summary>Probability of at most <paramref name="hits"/> in <paramref name="count"/> trials.</summary>
    private static double AtMost(int hits, int count, double p)
    {
        if (p <= 0)
        {
            return 1;
        }

        if (p >= 1)
        {
            return hits >= count ? 1 : 0;
        }

        double logTerm = count * Math.Log(1 - p), sum = 0;
        for (int k = 0; k <= hits; k++)
        {
            sum += Math.Exp(logTerm);
            logTerm += Math.Log((count - k) / (k + 1.0)) + Math.Log(p / (1 - p));
        }

        return Math.Min(1, sum);
    }
}

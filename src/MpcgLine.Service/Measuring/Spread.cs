namespace MpcgLine.Service.Measuring;

/// <summary>A figure measured several times.</summary>
/// <param name="Median">Half of the repetitions lie below.</param>
/// <param name="Low">A tenth of them lies below.</param>
/// <param name="High">A tenth of them lies above.</param>
internal sealed record Spread(double Median, double Low, double High)
{
    public static Spread Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return new Spread(Rank(sorted, 0.5), Rank(sorted, 0.1), Rank(sorted, 0.9));
    }

    /// <summary>A figure that was measured once.</summary>
    public static Spread Exactly(double value) => new(value, value, value);

    /// <summary>The smallest value that a share of all values does not exceed; not a number when there are none.</summary>
    public static double Rank(double[] sorted, double share) =>
        sorted.Length == 0 ? double.NaN : sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Length) - 1)];
}

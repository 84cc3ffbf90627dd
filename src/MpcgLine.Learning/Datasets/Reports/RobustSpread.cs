namespace MpcgLine.Learning.Datasets.Reports;

/// <summary>Median and deviation of values, neither of which a few outliers move.</summary>
internal sealed class RobustSpread
{
    // A deviation from fewer is none.
    private const int FewestValues = 8;

    // Makes a normal distribution's standard deviation of its median absolute one.
    private const double ToStandard = 1.4826;

    private readonly double _median;
    private readonly double _deviation;

    public RobustSpread(IReadOnlyList<double> values)
    {
        if (values.Count >= FewestValues)
        {
            _median = Median(values);
            _deviation = ToStandard * Median([.. values.Select(v => Math.Abs(v - _median))]);
        }
    }

    /// <summary>How many deviations a value lies above the median; 0 for all where there are fewer than 8 values, or half are equal.</summary>
    public double DeviationsOf(double value) => _deviation > 0 ? (value - _median) / _deviation : 0;

    private static double Median(IReadOnlyList<double> values)
    {
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}

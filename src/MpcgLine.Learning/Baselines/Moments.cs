namespace MpcgLine.Learning.Baselines;

/// <summary>Mean and standard deviation of a map.</summary>
/// <param name="Mean">mu.</param>
/// <param name="Deviation">sigma.</param>
internal readonly record struct Moments(double Mean, double Deviation)
{
    // As in the fusion of Eq. 21: a flat map has no deviation to divide by.
    private const double LeastDeviation = 1e-6;

    /// <summary>Over the inspected pixels; 0 and 0 without any.</summary>
    public static Moments Of(ReadOnlySpan<float> values, ReadOnlySpan<byte> inspected)
    {
        double sum = 0, squares = 0;
        int count = 0;
        for (int i = 0; i < values.Length; i++)
        {
            if (inspected[i] != 0)
            {
                sum += values[i];
                count++;
            }
        }

        double mean = count > 0 ? sum / count : 0;
        for (int i = 0; i < values.Length; i++)
        {
            squares += inspected[i] != 0 ? (values[i] - mean) * (values[i] - mean) : 0;
        }

        return new Moments(mean, count > 0 ? Math.Sqrt(squares / count) : 0);
    }

    /// <summary>A value's distance from the mean, in deviations.</summary>
    public float Standardised(float value) => (float)((value - Mean) / Math.Max(Deviation, LeastDeviation));
}

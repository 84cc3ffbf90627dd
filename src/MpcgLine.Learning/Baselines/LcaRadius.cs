namespace MpcgLine.Learning.Baselines;

/// <summary>
/// The radius r* of LCA: where the mean power on rings of the spectrum stops falling fast and goes flat.
/// </summary>
/// <remarks>
/// That it is found by curvature is published; the formula was not to be had, so this one is ours, after the sister method
/// of Lin (Image and Vision Computing 26, 2008): <c>E(r)</c> = mean of |F|^2 over all good tiles and the frequencies whose
/// distance from 0 rounds to r; <c>y = log10(E + 1)</c>, brought to 0..1 over r = 1..256 and smoothed by a mean of nine;
/// x = r / 256; <c>k(r) = |y''| / (1 + y'^2)^(3/2)</c>; <c>r* = argmax k(r)</c> over 2..128. (Of single tiles of one made-up
/// texture, smoothed by five, r* came out anywhere from 2 to 40: few frequencies lie on a small ring.)
/// </remarks>
internal static class LcaRadius
{
    private const int Rings = TileSpectrum.Size / 2, Smallest = 2, Largest = TileSpectrum.Size / 4, SmoothingReach = 4;

    /// <summary>r* of good tiles, cycles per tile.</summary>
    public static int Of(IReadOnlyList<byte[]> goodTiles)
    {
        double[] power = new double[Rings];
        foreach (double[] one in goodTiles.Select(RingPower))
        {
            for (int ring = 0; ring < Rings; ring++)
            {
                power[ring] += one[ring] / goodTiles.Count;
            }
        }

        return OfPower(power);
    }

    /// <summary>r* of mean powers on rings 1..256, the first one at index 0.</summary>
    public static int OfPower(ReadOnlySpan<double> power)
    {
        double[] y = Smoothed(Normalised(power));
        const double step = 1.0 / Rings;
        (int radius, double most) = (Smallest, double.NegativeInfinity);
        for (int r = Smallest; r <= Largest; r++)
        {
            double slope = (y[r] - y[r - 2]) / (2 * step);
            double bend = (y[r] - (2 * y[r - 1]) + y[r - 2]) / (step * step);
            double curvature = Math.Abs(bend) / Math.Pow(1 + (slope * slope), 1.5);
            if (curvature > most)
            {
                (radius, most) = (r, curvature);
            }
        }

        return radius;
    }

    private static double[] RingPower(byte[] tile)
    {
        TileSpectrum spectrum = new();
        spectrum.Load(tile);
        double[] power = new double[Rings];
        int[] count = new int[Rings];
        for (int i = 0; i < tile.Length; i++)
        {
            int u = TileSpectrum.Frequency(i / TileSpectrum.Size), v = TileSpectrum.Frequency(i % TileSpectrum.Size);
            int ring = (int)Math.Round(Math.Sqrt((u * u) + (v * v)));
            if (ring is >= 1 and <= Rings)
            {
                float real = spectrum.Real[i], imaginary = spectrum.Imaginary[i];
                power[ring - 1] += (real * real) + (imaginary * imaginary);
                count[ring - 1]++;
            }
        }

        return [.. power.Zip(count, (sum, n) => sum / n)];
    }

    private static double[] Normalised(ReadOnlySpan<double> power)
    {
        double[] y = new double[power.Length];
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = Math.Log10(power[i] + 1);
        }

        double least = y.Min(), range = Math.Max(y.Max() - least, 1e-12);
        return [.. y.Select(value => (value - least) / range)];
    }

    private static double[] Smoothed(double[] y) =>
    [
        .. Enumerable.Range(0, y.Length).Select(i => y[Math.Max(0, i - SmoothingReach)..Math.Min(y.Length, i + SmoothingReach + 1)].Average()),
    ];
}

namespace MpcgLine.Simulation.Noise;

/// <summary>Standard normal values from a table of quantiles; one 64-bit hash serves four pixels.</summary>
internal static class Gaussian
{
    private const int TableBits = 14;

    private static readonly float[] Table = BuildTable();

    /// <summary>Standard normal value from the hash's top bits.</summary>
    public static float From(ulong bits) => Table[(int)(bits >> (64 - TableBits))];

    /// <summary>White noise of one row at columns <paramref name="firstColumn"/> (a multiple of 4) onwards.</summary>
    public static void FillRow(ulong seed, int row, int firstColumn, Span<float> destination)
    {
        float[] table = Table;
        const int mask = (1 << TableBits) - 1;
        ulong rowSeed = Hash.At(seed, -1, row);
        int quad = firstColumn >> 2;
        int i = 0;
        for (; i + 4 <= destination.Length; i += 4, quad++)
        {
            ulong bits = Hash.Mix(rowSeed + ((ulong)(uint)quad * 0x9E3779B97F4A7C15UL));
            Span<float> four = destination.Slice(i, 4);
            four[0] = table[(int)bits & mask];
            four[1] = table[(int)(bits >> 16) & mask];
            four[2] = table[(int)(bits >> 32) & mask];
            four[3] = table[(int)(bits >> 48) & mask];
        }

        ulong last = Hash.Mix(rowSeed + ((ulong)(uint)quad * 0x9E3779B97F4A7C15UL));
        for (int k = 0; i < destination.Length; i++, k += 16)
        {
            destination[i] = table[(int)(last >> k) & mask];
        }
    }

    private static float[] BuildTable()
    {
        float[] table = new float[1 << TableBits];
        for (int i = 0; i < table.Length; i++)
        {
            table[i] = (float)Quantile((i + 0.5) / table.Length);
        }

        return table;
    }

    /// <summary>Inverse of the normal distribution by Newton's method on a series for its integral.</summary>
    private static double Quantile(double p)
    {
        double x = 0;
        for (int i = 0; i < 60; i++)
        {
            double density = Math.Exp(-0.5 * x * x) / Math.Sqrt(2 * Math.PI);
            double step = (Cumulative(x) - p) / density;
            x -= Math.Clamp(step, -0.5, 0.5);
            if (Math.Abs(step) < 1e-9)
            {
                break;
            }
        }

        return x;
    }

    private static double Cumulative(double x)
    {
        double term = x;
        double sum = x;
        for (int k = 1; k < 200 && Math.Abs(term) > 1e-17; k++)
        {
            term *= x * x / ((2 * k) + 1);
            sum += term;
        }

        return 0.5 + (sum * Math.Exp(-0.5 * x * x) / Math.Sqrt(2 * Math.PI));
    }
}

using MpcgLine.Inspection.Tiling;

namespace MpcgLine.UnitTests.Baselines;

/// <summary>Tiles of made-up surfaces, <c>[512, 512]</c>, and defects drawn onto them.</summary>
internal static class Surface
{
    public const int Size = TileRowFindings.TileSize;

    public static byte[] Whole { get; } = [.. Enumerable.Repeat((byte)1, Size * Size)];

    /// <summary>Waves of 16 px in both directions, and noise of deviation 3.5.</summary>
    public static byte[] Periodic(int seed)
    {
        Random random = new(seed);
        return Tile((x, y) => 120 + (25 * Math.Sin(2 * Math.PI * x / 16)) + (25 * Math.Sin(2 * Math.PI * y / 16)) + Noise(random));
    }

    /// <summary>Uneven clouds some 30 px across, of deviation 6, and noise of deviation 3.5.</summary>
    public static byte[] Cloudy(int seed)
    {
        Random random = new(seed);
        double[] clouds = [.. Enumerable.Range(0, Size * Size).Select(_ => random.NextDouble() - 0.5)];
        for (int pass = 0; pass < 3; pass++)
        {
            clouds = BlurredDown(BlurredDown(clouds));
        }

        double deviation = Math.Sqrt(clouds.Average(c => c * c));
        return Tile((x, y) => 120 + (6 / deviation * clouds[(y * Size) + x]) + Noise(random));
    }

    public static void Dot(byte[] tile, int centreX, int centreY, double diameter, int contrast) =>
        Paint(tile, contrast, (x, y) => ((x - centreX) * (x - centreX)) + ((y - centreY) * (y - centreY)) <= diameter * diameter / 4);

    /// <summary>A straight scratch 3 px wide from side to side; says which pixels it covers.</summary>
    public static int[] Scratch(byte[] tile, int contrast) => Paint(tile, contrast, (_, y) => y is >= 200 and < 203);

    private static int[] Paint(byte[] tile, int contrast, Func<int, int, bool> isCovered)
    {
        int[] covered = [.. Enumerable.Range(0, tile.Length).Where(i => isCovered(i % Size, i / Size))];
        foreach (int i in covered)
        {
            tile[i] = (byte)Math.Clamp(tile[i] + contrast, 0, 255);
        }

        return covered;
    }

    private static byte[] Tile(Func<int, int, double> level)
    {
        byte[] tile = new byte[Size * Size];
        for (int i = 0; i < tile.Length; i++)
        {
            tile[i] = (byte)Math.Clamp(Math.Round(level(i % Size, i / Size)), 0, 255);
        }

        return tile;
    }

    // A sum of three is nearly Gaussian.
    private static int Noise(Random random) => random.Next(-3, 4) + random.Next(-3, 4) + random.Next(-3, 4);

    /// <summary>Means of 19 along each column, around the borders, and transposed: twice, and both directions are done.</summary>
    private static double[] BlurredDown(double[] map)
    {
        const int reach = 9;
        double[] blurred = new double[map.Length];
        for (int x = 0; x < Size; x++)
        {
            double sum = Enumerable.Range(-reach, 2 * reach).Sum(y => map[((y + Size) % Size * Size) + x]);
            for (int y = 0; y < Size; y++)
            {
                sum += map[((y + reach) % Size * Size) + x];
                blurred[(x * Size) + y] = sum;
                sum -= map[((y - reach + Size) % Size * Size) + x];
            }
        }

        return blurred;
    }
}

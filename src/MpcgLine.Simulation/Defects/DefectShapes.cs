using MpcgLine.Simulation.Noise;

namespace MpcgLine.Simulation.Defects;

/// <summary>Draws the coverage of defects. All sizes in px; edges fade over 1.2 to 3 px.</summary>
internal static class DefectShapes
{
    /// <summary>Slightly elongated dot with a ragged outline.</summary>
    public static DefectPatch Dot(SeededRandom random, double width)
    {
        double elongation = random.Between(1, 1.45);
        double turn = random.Between(0, Math.PI);
        double softness = random.Between(0.7, Math.Min(1.5, width / 5));
        (double, double, int)[] harmonics =
            [.. Enumerable.Range(2, 4).Select(k => (random.Between(0, 0.26 / k), random.Between(0, 2 * Math.PI), k))];
        double radius = width / 2;
        int half = (int)Math.Ceiling((radius * elongation * 1.35) + (2 * softness)) + 1;
        return Rasterise(half, half, (x, y) =>
        {
            double a = ((x * Math.Cos(turn)) + (y * Math.Sin(turn))) / elongation;
            double b = (y * Math.Cos(turn)) - (x * Math.Sin(turn));
            double angle = Math.Atan2(b, a);
            double edge = radius;
            foreach ((double size, double phase, int k) in harmonics)
            {
                edge += radius * size * Math.Cos((k * angle) + phase);
            }

            return Fade(Math.Sqrt((a * a) + (b * b)) - edge, softness);
        });
    }

    /// <summary>Irregular strip: a random walk whose width varies and tapers at both ends.</summary>
    public static DefectPatch Strip(SeededRandom random, double width, double length)
    {
        int count = Math.Max(6, (int)(length / 2));
        double direction = random.Between(0, 2 * Math.PI);
        double bend = 0;
        double fray = 0;
        double softness = random.Between(0.7, Math.Min(1.5, width / 4));
        double phase = random.Between(0, 2 * Math.PI);
        double second = random.Between(0, 2 * Math.PI);
        double waves = random.Between(1.5, 4);
        (double X, double Y, double Radius)[] path = new (double, double, double)[count];
        double x = 0, y = 0;
        for (int i = 0; i < count; i++)
        {
            double t = (double)i / (count - 1);
            double taper = Math.Min(1, 0.55 + (2.2 * Math.Min(t, 1 - t)));
            double ripple = 1 + (0.16 * Math.Sin((2 * Math.PI * waves * t) + phase)) + (0.08 * Math.Sin((2 * Math.PI * 2.7 * waves * t) + second));
            fray = (0.6 * fray) + random.Between(-0.11, 0.11);
            path[i] = (x, y, width / 2 * taper * (ripple + fray));
            bend = (0.86 * bend) + random.Between(-0.07, 0.07);
            direction += bend;
            double sway = random.Between(-0.35, 0.35);
            x += 2 * Math.Cos(direction + sway);
            y += 2 * Math.Sin(direction + sway);
        }

        return RasterisePath(path, softness, width);
    }

    /// <summary>Closed ring.</summary>
    public static DefectPatch Ring(SeededRandom random)
    {
        double radius = random.Between(8, 15);
        double half = random.Between(1.7, 2.6);
        int size = (int)(radius + 6);
        return Rasterise(size, size, (x, y) => Fade(Math.Abs(Math.Sqrt((x * x) + (y * y)) - radius) - half, 0.9));
    }

    /// <summary>Broad patch that fades over many px.</summary>
    public static DefectPatch Smear(SeededRandom random)
    {
        double along = random.Between(26, 48);
        double across = random.Between(10, 17);
        double turn = random.Between(0, Math.PI);
        int size = (int)(along * 1.6);
        return Rasterise(size, size, (x, y) =>
        {
            double a = ((x * Math.Cos(turn)) + (y * Math.Sin(turn))) / along;
            double b = ((y * Math.Cos(turn)) - (x * Math.Sin(turn))) / across;
            return (float)Math.Exp(-1.6 * ((a * a) + (b * b)));
        });
    }

    /// <summary>Several pinholes close together.</summary>
    public static DefectPatch PinholeCluster(SeededRandom random)
    {
        (double X, double Y, double R)[] holes =
            [.. Enumerable.Range(0, 6 + random.Below(7)).Select(_ => (random.Between(-16, 16), random.Between(-16, 16), random.Between(1.1, 1.9)))];
        return Rasterise(21, 21, (x, y) =>
            holes.Max(hole => Fade(Math.Sqrt(((x - hole.X) * (x - hole.X)) + ((y - hole.Y) * (y - hole.Y))) - hole.R, 0.6)));
    }

    /// <summary>Half of a jagged disc, to be placed with its middle on the part's edge.</summary>
    public static DefectPatch EdgeChip(SeededRandom random)
    {
        double radius = random.Between(12, 26);
        double phase = random.Between(0, 2 * Math.PI);
        int size = (int)(radius * 1.3) + 3;
        return Rasterise(size, size, (x, y) =>
        {
            double angle = Math.Atan2(y, x);
            double edge = radius * (1 + (0.14 * Math.Sin((5 * angle) + phase)) + (0.08 * Math.Sin((9 * angle) - phase)));
            return Fade(Math.Sqrt((x * x) + (y * y)) - edge, 0.9);
        });
    }

    private static DefectPatch Rasterise(int halfWidth, int halfHeight, Func<double, double, float> coverage)
    {
        int width = (2 * halfWidth) + 1;
        int height = (2 * halfHeight) + 1;
        float[] values = new float[width * height];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                values[(y * width) + x] = coverage(x - halfWidth, y - halfHeight);
            }
        }

        return new DefectPatch(width, height, values);
    }

    private static DefectPatch RasterisePath((double X, double Y, double Radius)[] path, double softness, double width)
    {
        int reach = (int)Math.Ceiling((width * 0.7) + (2 * softness)) + 1;
        int left = (int)Math.Floor(path.Min(p => p.X)) - reach;
        int top = (int)Math.Floor(path.Min(p => p.Y)) - reach;
        int columns = (int)Math.Ceiling(path.Max(p => p.X)) + reach + 1 - left;
        int rows = (int)Math.Ceiling(path.Max(p => p.Y)) + reach + 1 - top;
        float[] values = new float[columns * rows];
        foreach ((double px, double py, double radius) in path)
        {
            int centreX = (int)Math.Round(px) - left;
            int centreY = (int)Math.Round(py) - top;
            for (int y = Math.Max(0, centreY - reach); y <= Math.Min(rows - 1, centreY + reach); y++)
            {
                for (int x = Math.Max(0, centreX - reach); x <= Math.Min(columns - 1, centreX + reach); x++)
                {
                    double dx = x + left - px;
                    double dy = y + top - py;
                    ref float value = ref values[(y * columns) + x];
                    value = MathF.Max(value, Fade(Math.Sqrt((dx * dx) + (dy * dy)) - radius, softness));
                }
            }
        }

        return new DefectPatch(columns, rows, values);
    }

    /// <summary>Coverage one half at the edge, 0 and 1 at <paramref name="softness"/> px to either side.</summary>
    private static float Fade(double distance, double softness)
    {
        double t = Math.Clamp(0.5 - (distance / (2 * softness)), 0, 1);
        return (float)(t * t * (3 - (2 * t)));
    }
}

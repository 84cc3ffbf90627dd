namespace MpcgLine.Learning.Training.Defects;

/// <summary>
/// Outlines of training defects. Half are the dots and strips that defects mostly are; the others are there because
/// what training never shows is taken for good: rings, blots with frayed outlines, clusters of specks, hairlines.
/// </summary>
/// <remarks>Shares no code and no parameter ranges with the simulator.</remarks>
internal static class DefectShapes
{
    private const double DotShare = 0.3, StripShare = 0.3, BlotShare = 0.12, HairlineShare = 0.12, ClusterShare = 0.08;
    private const double ShortestStrip = 16, LongestStrip = 240;

    /// <summary>Covers a defect of a kind drawn at random.</summary>
    /// <param name="random">All chance comes from here.</param>
    /// <param name="map">Blank.</param>
    /// <param name="cx">Column it lies at, px.</param>
    /// <param name="cy">Row, px.</param>
    /// <param name="width">Its typical width, px.</param>
    /// <returns>The covered area; may reach beyond the tile.</returns>
    public static PixelArea Cover(Random random, CoverMap map, double cx, double cy, double width) => random.NextDouble() switch
    {
        < DotShare => Dot(random, map, cx, cy, width),
        < DotShare + StripShare => Strip(random, map, cx, cy, 0.8 * width, StripLength(random)),
        < DotShare + StripShare + BlotShare => Blot(random, map, cx, cy, width),
        < DotShare + StripShare + BlotShare + HairlineShare => Strip(random, map, cx, cy, Math.Max(1.6, 0.2 * width), StripLength(random)),
        < DotShare + StripShare + BlotShare + HairlineShare + ClusterShare => Cluster(random, map, cx, cy, width),
        _ => Ring(random, map, cx, cy, width),
    };

    private static double StripLength(Random random) => Chance.LogUniform(random, ShortestStrip, LongestStrip);

    /// <summary>An ellipse whose radius wavers with the angle.</summary>
    private static PixelArea Dot(Random random, CoverMap map, double cx, double cy, double width)
    {
        double elongation = 1 + (1.5 * random.NextDouble() * random.NextDouble());
        double rim = 0.6 + (random.NextDouble() * Math.Min(3, width / 3));
        Waver waver = Waver.Draw(random, 0.25 * random.NextDouble());
        double angle = random.NextDouble() * Math.PI;
        (double sin, double cos) = Math.SinCos(angle);
        double radius = width / 2, reach = (radius * elongation * 1.6) + rim + 1;
        return map.Fill(PixelArea.Around(cx, cy, reach), (x, y) =>
        {
            double dx = x - cx, dy = y - cy;
            double u = ((dx * cos) + (dy * sin)) / elongation, v = (-dx * sin) + (dy * cos);
            return ((radius * waver.At(Math.Atan2(v, u))) - Math.Sqrt((u * u) + (v * v))) / rim;
        });
    }

    /// <summary>The rim of a dot.</summary>
    private static PixelArea Ring(Random random, CoverMap map, double cx, double cy, double width)
    {
        double radius = width * (0.5 + (0.5 * random.NextDouble()));
        double half = Math.Max(0.9, width * (0.08 + (0.12 * random.NextDouble())));
        double rim = 0.6 + random.NextDouble();
        Waver waver = Waver.Draw(random, 0.2 * random.NextDouble());
        return map.Fill(PixelArea.Around(cx, cy, (radius * 1.6) + half + rim + 1), (x, y) =>
        {
            double dx = x - cx, dy = y - cy;
            double limit = radius * waver.At(Math.Atan2(dy, dx));
            return (half - Math.Abs(limit - Math.Sqrt((dx * dx) + (dy * dy)))) / rim;
        });
    }

    /// <summary>What is left of a disc when a coarse noise has eaten into it: a frayed blot, or several pieces.</summary>
    private static PixelArea Blot(Random random, CoverMap map, double cx, double cy, double width)
    {
        double radius = width * (0.6 + (0.8 * random.NextDouble()));
        double depth = 0.5 + (1.5 * random.NextDouble()), softness = 0.1 + (0.4 * random.NextDouble());
        (double X, double Y, double Phase)[] waves = [.. Enumerable.Range(0, 6).Select(_ =>
        {
            double wave = 2 * Math.PI / Chance.LogUniform(random, Math.Max(4, radius / 3), Math.Max(6, 2 * radius));
            (double sin, double cos) = Math.SinCos(random.NextDouble() * 2 * Math.PI);
            return (wave * cos, wave * sin, random.NextDouble() * 2 * Math.PI);
        })];
        return map.Fill(PixelArea.Around(cx, cy, radius * 1.5), (x, y) =>
        {
            double dx = x - cx, dy = y - cy, noise = 0;
            foreach ((double wx, double wy, double phase) in waves)
            {
                noise += Math.Cos((dx * wx) + (dy * wy) + phase);
            }

            double falloff = 1 - (((dx * dx) + (dy * dy)) / (radius * radius));
            return (falloff + (depth * noise / waves.Length)) / softness;
        });
    }

    /// <summary>Specks that lie together.</summary>
    private static PixelArea Cluster(Random random, CoverMap map, double cx, double cy, double width)
    {
        double spread = width * (0.6 + random.NextDouble()), speck = Math.Max(0.9, 0.08 * width);
        var area = PixelArea.Around(cx, cy, 1);
        int specks = random.Next(4, 13);
        for (int i = 0; i < specks; i++)
        {
            double distance = spread * Math.Sqrt(random.NextDouble());
            (double sin, double cos) = Math.SinCos(random.NextDouble() * 2 * Math.PI);
            area = area.With(map.FillDisc(cx + (distance * cos), cy + (distance * sin), speck * (1 + random.NextDouble()), 0.7));
        }

        return area;
    }

    /// <summary>A random walk whose direction drifts and whose width varies and may taper off.</summary>
    private static PixelArea Strip(Random random, CoverMap map, double cx, double cy, double thickness, double length)
    {
        double direction = random.NextDouble() * 2 * Math.PI, bend = (random.NextDouble() - 0.5) * 0.06;
        double wander = random.NextDouble() * 0.25, taper = random.NextDouble();
        double rim = 0.6 + (random.NextDouble() * Math.Min(2.5, thickness / 3));
        double x = cx, y = cy, swell = 0;
        var area = PixelArea.Around(cx, cy, thickness);
        const double step = 1;
        for (double s = 0; s < length; s += step)
        {
            swell = (0.92 * swell) + (0.25 * (random.NextDouble() - 0.5));
            double towardsEnd = Math.Abs((2 * s / length) - 1);
            double radius = Math.Max(0.8, thickness / 2 * (1 + Math.Clamp(swell, -0.5, 0.5)) * (1 - (taper * 0.7 * towardsEnd * towardsEnd)));
            area = area.With(map.FillDisc(x, y, radius, rim));
            direction += bend + (wander * (random.NextDouble() - 0.5));
            x += step * Math.Cos(direction);
            y += step * Math.Sin(direction);
        }

        return area;
    }

    /// <summary>How an outline's radius wavers with the angle: a few harmonics from the second on.</summary>
    private readonly struct Waver
    {
        private const int Harmonics = 4;

        private readonly double[] _coefficients;

        private Waver(double[] coefficients) => _coefficients = coefficients;

        public static Waver Draw(Random random, double raggedness)
        {
            double[] coefficients = new double[2 * Harmonics];
            for (int k = 0; k < coefficients.Length; k++)
            {
                coefficients[k] = (random.NextDouble() - 0.5) * 2 * raggedness / (1 + (k / 2));
            }

            return new Waver(coefficients);
        }

        /// <summary>Radius at an angle; 1 is that of the circle.</summary>
        public double At(double angle)
        {
            double radius = 1;
            for (int k = 0; k < _coefficients.Length; k += 2)
            {
                (double sin, double cos) = Math.SinCos((2 + (k / 2)) * angle);
                radius += (_coefficients[k] * cos) + (_coefficients[k + 1] * sin);
            }

            return radius;
        }
    }
}

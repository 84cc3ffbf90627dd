using MpcgLine.Inspection.Tiling;
using MpcgLine.Learning.Datasets;

namespace MpcgLine.Learning.Training;

/// <summary>
/// Renders training defects onto good tiles: dots and strips, dark and bright, in contrasts relative to the texture
/// they lie on, with part of that texture surviving underneath.
/// </summary>
/// <remarks>
/// Shares no code and no parameter ranges with the simulator, whose defects only score. One caller at a time.
/// </remarks>
internal sealed class TrainingDefectRenderer
{
    private const int Size = TileRowFindings.TileSize;

    // Some tiles stay clean, so that "nothing" is learnt as an answer too.
    private const double CleanShare = 0.15;
    private const int MinDefects = 3, MaxDefects = 12;
    private const double MinWidth = 3, MaxWidth = 20;
    // In deviations of the texture around it, up to what shows plainly on any surface: on a calm one a plain mark
    // is tens of deviations strong, and what training never shows is taken for good.
    private const double MinContrast = 1.5, MaxContrast = 8, PlainGray = 120;

    // A replaced area takes one mean, which a longer one does not have.
    private const int LargestPit = 64;

    // A defect that changes the gray level by less than this is no defect: clipping can swallow it.
    private const double LeastChange = 1.5;

    // A defect of this many pixels, and a smaller one, has full weight in the mask.
    private const double SmallestArea = 12;

    private const int CellsPerSide = Size / SurfaceCensus.Cell;

    private readonly float[] _cover = new float[Size * Size];
    private readonly List<int> _visible = [];
    private readonly double[] _cumulativeRarity = new double[SurfaceCensus.CellsPerTile];

    /// <summary>
    /// Draws defects onto a tile.
    /// </summary>
    /// <param name="random">All chance comes from here.</param>
    /// <param name="tile"><c>[512, 512]</c> gray levels, changed in place.</param>
    /// <param name="mask">
    /// <c>[512, 512]</c>, overwritten: above 0 where a defect visibly changed the tile. The value is the pixel's weight,
    /// 255 over the root of its defect's area in units of 12 px: otherwise a long strip would count as a hundred dots.
    /// </param>
    /// <param name="rarity">Weights of the tile's cells, as <see cref="TileSampler.Draw"/> gives them.</param>
    public void Render(Random random, Span<byte> tile, Span<byte> mask, ReadOnlySpan<float> rarity)
    {
        mask.Clear();
        if (random.NextDouble() < CleanShare)
        {
            return;
        }

        double sum = 0;
        for (int cell = 0; cell < _cumulativeRarity.Length; cell++)
        {
            sum += rarity[cell];
            _cumulativeRarity[cell] = sum;
        }

        int count = random.Next(MinDefects, MaxDefects + 1);
        for (int i = 0; i < count; i++)
        {
            RenderOne(random, tile, mask);
        }
    }

    private void RenderOne(Random random, Span<byte> tile, Span<byte> mask)
    {
        (double cx, double cy) = Place(random);
        double width = LogUniform(random, MinWidth, MaxWidth);
        Area area = random.NextDouble() < 0.5 ? CoverDot(random, cx, cy, width) : CoverStrip(random, cx, cy, width);
        area = area.Clip();
        if (area.IsEmpty)
        {
            return;
        }

        Blend(random, tile, mask, area);
        for (int y = area.Top; y < area.Bottom; y++)
        {
            _cover.AsSpan((y * Size) + area.Left, area.Right - area.Left).Clear();
        }
    }

    /// <summary>
    /// Half of the defects fall anywhere, half by the rarity of the surface. Edges, rings and windows are a small part
    /// of a part's area, but a defect there has to be told from them.
    /// </summary>
    private (double X, double Y) Place(Random random)
    {
        if (random.Next(2) == 0)
        {
            return (random.NextDouble() * Size, random.NextDouble() * Size);
        }

        int found = Array.BinarySearch(_cumulativeRarity, random.NextDouble() * _cumulativeRarity[^1]);
        int cell = Math.Min(found < 0 ? ~found : found, _cumulativeRarity.Length - 1);
        return (
            ((cell % CellsPerSide) + random.NextDouble()) * SurfaceCensus.Cell,
            ((cell / CellsPerSide) + random.NextDouble()) * SurfaceCensus.Cell);
    }

    /// <summary>An ellipse whose radius wavers with the angle.</summary>
    private Area CoverDot(Random random, double cx, double cy, double width)
    {
        double elongation = 1 + (1.5 * random.NextDouble() * random.NextDouble());
        double angle = random.NextDouble() * Math.PI;
        double rim = 0.6 + (random.NextDouble() * Math.Min(3, width / 3));
        Span<double> waver = stackalloc double[8];
        double raggedness = 0.25 * random.NextDouble();
        for (int k = 0; k < waver.Length; k++)
        {
            waver[k] = (random.NextDouble() - 0.5) * 2 * raggedness / (1 + (k / 2));
        }

        double radius = width / 2, reach = (radius * elongation * 1.6) + rim + 1;
        (double cos, double sin) = (Math.Cos(angle), Math.Sin(angle));
        var area = Area.Around(cx, cy, reach);
        Area clipped = area.Clip();
        for (int y = clipped.Top; y < clipped.Bottom; y++)
        {
            for (int x = clipped.Left; x < clipped.Right; x++)
            {
                double dx = x - cx, dy = y - cy;
                double u = ((dx * cos) + (dy * sin)) / elongation, v = (-dx * sin) + (dy * cos);
                double phi = Math.Atan2(v, u), limit = 1;
                for (int k = 0; k < waver.Length; k += 2)
                {
                    int order = 2 + (k / 2);
                    limit += (waver[k] * Math.Cos(order * phi)) + (waver[k + 1] * Math.Sin(order * phi));
                }

                double inside = (radius * limit) - Math.Sqrt((u * u) + (v * v));
                Cover(x, y, 0.5 + (inside / rim));
            }
        }

        return area;
    }

    /// <summary>A random walk whose direction drifts and whose width varies and may taper off.</summary>
    private Area CoverStrip(Random random, double cx, double cy, double width)
    {
        double length = LogUniform(random, 16, 240);
        double thickness = Math.Min(width, MaxWidth * 0.7);
        double direction = random.NextDouble() * 2 * Math.PI, bend = (random.NextDouble() - 0.5) * 0.06;
        double wander = random.NextDouble() * 0.25, taper = random.NextDouble();
        double rim = 0.6 + (random.NextDouble() * Math.Min(2.5, thickness / 3));
        double x = cx, y = cy, swell = 0;
        var area = Area.Around(cx, cy, thickness);
        const double step = 1;
        for (double s = 0; s < length; s += step)
        {
            swell = (0.92 * swell) + (0.25 * (random.NextDouble() - 0.5));
            double towardsEnd = Math.Abs((2 * s / length) - 1);
            double radius = Math.Max(0.8, thickness / 2 * (1 + Math.Clamp(swell, -0.5, 0.5)) * (1 - (taper * 0.7 * towardsEnd * towardsEnd)));
            area = area.With(CoverDisc(x, y, radius, rim));
            direction += bend + (wander * (random.NextDouble() - 0.5));
            x += step * Math.Cos(direction);
            y += step * Math.Sin(direction);
        }

        return area;
    }

    private Area CoverDisc(double cx, double cy, double radius, double rim)
    {
        var area = Area.Around(cx, cy, radius + rim + 1);
        Area clipped = area.Clip();
        for (int y = clipped.Top; y < clipped.Bottom; y++)
        {
            for (int x = clipped.Left; x < clipped.Right; x++)
            {
                double distance = Math.Sqrt(((x - cx) * (x - cx)) + ((y - cy) * (y - cy)));
                Cover(x, y, 0.5 + ((radius - distance) / rim));
            }
        }

        return area;
    }

    private void Cover(int x, int y, double cover)
    {
        ref float target = ref _cover[(y * Size) + x];
        target = Math.Max(target, (float)Math.Clamp(cover, 0, 1));
    }

    /// <summary>Pulls the covered pixels toward the local mean plus a contrast, letting part of the texture survive.</summary>
    private void Blend(Random random, Span<byte> tile, Span<byte> mask, Area area)
    {
        Area around = area.Grow(8).Clip();
        (double mean, double deviation) = Statistics(tile, around);
        // On a transition zone the plain deviation is that of the edge; the fine one is the texture's own.
        double fine = FineDeviation(tile, around);
        double reference = Math.Max(1, random.Next(2) == 0 ? Math.Min(deviation, 3 * fine) : fine);
        double contrast = LogUniform(random, reference * MinContrast, Math.Max(reference * MaxContrast, PlainGray));
        double sign = random.Next(2) == 0 ? -1 : 1;
        double survival = random.NextDouble();
        // A defect either adds to what is there (a stain) or replaces it (a pit).
        bool adds = area.Right - area.Left > LargestPit || area.Bottom - area.Top > LargestPit || random.NextDouble() < 0.6;
        for (int y = area.Top; y < area.Bottom; y++)
        {
            for (int x = area.Left; x < area.Right; x++)
            {
                int i = (y * Size) + x;
                float cover = _cover[i];
                if (cover <= 0)
                {
                    continue;
                }

                double before = tile[i];
                double target = adds ? before + (sign * contrast) : mean + (survival * (before - mean)) + (sign * contrast);
                byte after = (byte)Math.Clamp(Math.Round(before + (cover * (target - before))), 0, 255);
                tile[i] = after;
                if (cover > 0.5 && sign * (after - before) >= LeastChange)
                {
                    _visible.Add(i);
                }
            }
        }

        byte weight = (byte)Math.Clamp(Math.Round(byte.MaxValue * Math.Sqrt(SmallestArea / Math.Max(1, _visible.Count))), 1, byte.MaxValue);
        foreach (int i in _visible)
        {
            mask[i] = Math.Max(mask[i], weight);
        }

        _visible.Clear();
    }

    private static (double Mean, double Deviation) Statistics(ReadOnlySpan<byte> tile, Area area)
    {
        double sum = 0, squares = 0;
        for (int y = area.Top; y < area.Bottom; y++)
        {
            foreach (byte pixel in tile.Slice((y * Size) + area.Left, area.Right - area.Left))
            {
                sum += pixel;
                squares += pixel * pixel;
            }
        }

        double n = Math.Max(1, (area.Bottom - area.Top) * (area.Right - area.Left));
        double mean = sum / n;
        return (mean, Math.Sqrt(Math.Max(0, (squares / n) - (mean * mean))));
    }

    /// <summary>Deviation of the texture without slow changes: from differences of pixels 3 px apart.</summary>
    private static double FineDeviation(ReadOnlySpan<byte> tile, Area area)
    {
        const int lag = 3;
        double squares = 0;
        int n = 0;
        for (int y = area.Top; y < area.Bottom - lag; y++)
        {
            for (int x = area.Left; x < area.Right - lag; x++)
            {
                int here = tile[(y * Size) + x];
                int right = tile[(y * Size) + x + lag] - here, below = tile[((y + lag) * Size) + x] - here;
                squares += Math.Min(right * right, below * below);
                n++;
            }
        }

        // The smaller of two squared differences that share a pixel averages 0.90 of the variance of normal noise.
        return n == 0 ? 1 : Math.Sqrt(squares / n / 0.9);
    }

    private static double LogUniform(Random random, double low, double high) =>
        low * Math.Pow(high / low, random.NextDouble());

    /// <summary>Box of pixels, right and bottom exclusive.</summary>
    private readonly record struct Area(int Left, int Top, int Right, int Bottom)
    {
        public bool IsEmpty => Right <= Left || Bottom <= Top;

        public static Area Around(double x, double y, double reach) =>
            new((int)Math.Floor(x - reach), (int)Math.Floor(y - reach), (int)Math.Ceiling(x + reach) + 1, (int)Math.Ceiling(y + reach) + 1);

        public Area With(Area other) =>
            new(Math.Min(Left, other.Left), Math.Min(Top, other.Top), Math.Max(Right, other.Right), Math.Max(Bottom, other.Bottom));

        public Area Grow(int by) => new(Left - by, Top - by, Right + by, Bottom + by);

        public Area Clip() => new(Math.Clamp(Left, 0, Size), Math.Clamp(Top, 0, Size), Math.Clamp(Right, 0, Size), Math.Clamp(Bottom, 0, Size));
    }
}

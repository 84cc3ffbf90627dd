using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Tiling;
using MpcgLine.Learning.Datasets;

namespace MpcgLine.Learning.Training.Defects;

/// <summary>
/// Renders training defects onto good tiles: the outlines of <see cref="DefectShapes"/>, dark and bright, in contrasts
/// relative to the texture they lie on, with part of that texture surviving underneath.
/// </summary>
/// <remarks>
/// Shares no code and no parameter ranges with the simulator, whose defects only score. One caller at a time.
/// </remarks>
internal sealed class TrainingDefectRenderer
{
    // Some tiles stay clean, so that "nothing" is learnt as an answer too.
    private const double CleanShare = 0.15;

    // Per 512 x 512 px of the image: its reflection shows them again.
    private const double FewestDefects = 3, MostDefects = 12;

    // In deviations of the texture around it, up to what shows plainly on any surface: on a calm one a plain mark
    // is tens of deviations strong, and what training never shows is taken for good.
    private const double MinContrast = 1.5, MaxContrast = 8, PlainGray = 120;

    // What covers more pixels than this is seen at less contrast, down to a third: sums over an area tell it from the
    // texture, as its root.
    private const double FaintArea = 120, LeastFaintness = 1 / 3.0;

    // A replaced area takes one mean, which a longer one does not have.
    private const int LargestPit = 64;

    // A defect that changes the gray level by less than this is no defect: clipping can swallow it.
    private const double LeastChange = 1.5;

    // Against its polarity, in deviations of the texture's own: below it what a replaced area lost is texture, and a calmer
    // texture, as the camera draws it out of focus, is no defect.
    private const double LeastContraryChange = 3;

    // A defect of this many pixels, and a smaller one, has full weight in the mask.
    private const double SmallestArea = 12;

    // What lies on a surface rarer than the tile's is on average weighs up to so many times as much: few defects are
    // ever rendered there, and to take whatever is seen there for good would cost the fusion next to nothing.
    private const double MaxRareWeight = 4;

    private readonly int _size;
    private readonly double _narrowest, _widest;
    private readonly CoverMap _cover;
    private readonly List<int> _visible = [];
    private readonly double[] _cumulativeRarity;

    /// <summary>Allocates for tiles of one size.</summary>
    /// <param name="size">Edge of the tiles, px.</param>
    /// <param name="narrowest">Smallest width of a defect, px.</param>
    /// <param name="widest">Largest, px.</param>
    public TrainingDefectRenderer(int size, double narrowest = TrainingOptions.UsualNarrowestDefect, double widest = TrainingOptions.UsualWidestDefect)
    {
        _size = size;
        (_narrowest, _widest) = (narrowest, widest);
        _cover = new CoverMap(size);
        _cumulativeRarity = new double[SurfaceCensus.CellsOf(size)];
    }

    /// <summary>
    /// Draws defects onto a tile.
    /// </summary>
    /// <param name="random">All chance comes from here.</param>
    /// <param name="tile"><c>[size, size]</c> gray levels, changed in place.</param>
    /// <param name="mask">
    /// <c>[size, size]</c>, overwritten: above 0 where a defect visibly changed the tile. The value is the pixel's weight,
    /// 64 over the root of its defect's area in units of 12 px, otherwise a long strip would count as a hundred dots, and up
    /// to four times that where the surface is rarer than the tile's is on average.
    /// </param>
    /// <param name="rarity">Weights of the tile's cells, as <see cref="TileSampler.Draw"/> gives them.</param>
    /// <param name="place">Where the tile lies: defects fall on the image where the tile shows it, and its reflection shows them too.</param>
    public void Render(Random random, Span<byte> tile, Span<byte> mask, ReadOnlySpan<float> rarity, in TilePlace place)
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

        PixelBox direct = place.Direct();
        double share = direct.Width * direct.Height / (double)(TileRowFindings.TileSize * TileRowFindings.TileSize);
        int fewest = Math.Max(1, (int)Math.Round(FewestDefects * share)), most = Math.Max(fewest, (int)Math.Ceiling(MostDefects * share));
        int count = random.Next(fewest, most + 1);
        for (int i = 0; i < count; i++)
        {
            (double x, double y) = Place(random);
            double cx = place.InsideColumn((int)x) + (x % 1), cy = place.InsideRow((int)y) + (y % 1);
            PixelArea reach = DefectShapes.Cover(random, _cover, cx, cy, Chance.LogUniform(random, _narrowest, _widest));
            PixelArea area = reach.Clip(_size);
            if (!area.IsEmpty)
            {
                Blend(random, tile, mask, area, RareWeight(rarity, cx, cy), place);
            }

            _cover.Clear(reach);
        }

        place.Reflect(tile);
        place.Reflect(mask);
    }

    /// <summary>
    /// A third of the defects fall anywhere, the others by the rarity of the surface. Edges, rings and windows are a small
    /// part of a part's area, but a defect there has to be told from them.
    /// </summary>
    private (double X, double Y) Place(Random random)
    {
        if (random.Next(3) == 0)
        {
            return (random.NextDouble() * _size, random.NextDouble() * _size);
        }

        int found = Array.BinarySearch(_cumulativeRarity, random.NextDouble() * _cumulativeRarity[^1]);
        int cell = Math.Min(found < 0 ? ~found : found, _cumulativeRarity.Length - 1), cellsPerSide = _size / SurfaceCensus.Cell;
        return (
            ((cell % cellsPerSide) + random.NextDouble()) * SurfaceCensus.Cell,
            ((cell / cellsPerSide) + random.NextDouble()) * SurfaceCensus.Cell);
    }

    /// <summary>Weight of a defect at a place: 1 where the surface is as common as the tile's on average, up to <see cref="MaxRareWeight"/> where it is rarer.</summary>
    private double RareWeight(ReadOnlySpan<float> rarity, double x, double y)
    {
        int cellsPerSide = _size / SurfaceCensus.Cell;
        int column = Math.Clamp((int)x / SurfaceCensus.Cell, 0, cellsPerSide - 1), row = Math.Clamp((int)y / SurfaceCensus.Cell, 0, cellsPerSide - 1);
        double mean = _cumulativeRarity[^1] / _cumulativeRarity.Length;
        return Math.Clamp(rarity[(row * cellsPerSide) + column] / mean, 1, MaxRareWeight);
    }

    /// <summary>Pulls the covered pixels toward the local mean plus a contrast, letting part of the texture survive.</summary>
    private void Blend(Random random, Span<byte> tile, Span<byte> mask, PixelArea area, double importance, in TilePlace place)
    {
        PixelArea around = area.Grow(8).Clip(_size);
        (double mean, double deviation) = Statistics(tile, around);
        // On a transition zone the plain deviation is that of the edge; the fine one is the texture's own.
        double fine = FineDeviation(tile, around);
        double reference = Math.Max(1, random.Next(2) == 0 ? Math.Min(deviation, 3 * fine) : fine);
        double contrast = Chance.LogUniform(random, reference * MinContrast * Faintness(area), Math.Max(reference * MaxContrast, PlainGray));
        double sign = random.Next(2) == 0 ? -1 : 1;
        double survival = random.NextDouble();
        double contrary = Math.Max(LeastChange, LeastContraryChange * fine);
        // A defect either adds to what is there (a stain) or replaces it (a pit).
        bool adds = area.LongerSide > LargestPit || random.NextDouble() < 0.6;
        for (int y = area.Top; y < area.Bottom; y++)
        {
            for (int x = area.Left; x < area.Right; x++)
            {
                float cover = _cover[x, y];
                if (cover <= 0)
                {
                    continue;
                }

                int i = (y * _size) + x;
                double before = tile[i];
                double target = adds ? before + (sign * contrast) : mean + (survival * (before - mean)) + (sign * contrast);
                byte after = (byte)Math.Clamp(Math.Round(before + (cover * (target - before))), 0, 255);
                tile[i] = after;
                // Either way: what replaces a bright ring by the mean around it is darker, however bright it was meant to be.
                double change = sign * (after - before);
                if (cover > 0.5 && (change >= LeastChange || -change >= contrary) && place.IsDirect(x, y))
                {
                    _visible.Add(i);
                }
            }
        }

        byte weight = (byte)Math.Clamp(Math.Round(
            byte.MaxValue / MaxRareWeight * importance * Math.Sqrt(SmallestArea / Math.Max(SmallestArea, _visible.Count))), 1, byte.MaxValue);
        foreach (int i in _visible)
        {
            mask[i] = Math.Max(mask[i], weight);
        }

        _visible.Clear();
    }

    /// <summary>Factor on the least contrast: below 1 for what covers many pixels.</summary>
    private double Faintness(PixelArea area)
    {
        double covered = 0;
        for (int y = area.Top; y < area.Bottom; y++)
        {
            for (int x = area.Left; x < area.Right; x++)
            {
                covered += _cover[x, y];
            }
        }

        return Math.Clamp(Math.Sqrt(FaintArea / Math.Max(1, covered)), LeastFaintness, 1);
    }

    private (double Mean, double Deviation) Statistics(ReadOnlySpan<byte> tile, PixelArea area)
    {
        double sum = 0, squares = 0;
        for (int y = area.Top; y < area.Bottom; y++)
        {
            foreach (byte pixel in tile.Slice((y * _size) + area.Left, area.Right - area.Left))
            {
                sum += pixel;
                squares += pixel * pixel;
            }
        }

        double n = Math.Max(1, (area.Bottom - area.Top) * (area.Right - area.Left));
        double mean = sum / n;
        return (mean, Math.Sqrt(Math.Max(0, (squares / n) - (mean * mean))));
    }

    /// <summary>
    /// Deviation of the texture without slow changes and edges: from the median difference of pixels 3 px apart. On the
    /// rim of a sensor window a mean would be that of the rim, and nothing faint would ever be drawn there.
    /// </summary>
    private double FineDeviation(ReadOnlySpan<byte> tile, PixelArea area)
    {
        const int lag = 3;
        Span<int> counts = stackalloc int[byte.MaxValue + 1];
        counts.Clear();
        int n = 0;
        for (int y = area.Top; y < area.Bottom - lag; y++)
        {
            for (int x = area.Left; x < area.Right - lag; x++)
            {
                int here = tile[(y * _size) + x];
                int right = Math.Abs(tile[(y * _size) + x + lag] - here), below = Math.Abs(tile[((y + lag) * _size) + x] - here);
                counts[Math.Min(right, below)]++;
                n++;
            }
        }

        // The smaller of two differences that share a pixel has a median of 0.548 deviations of normal noise.
        return n == 0 ? 1 : Median(counts, n) / 0.548;
    }

    /// <summary>Median of rounded values from how often each occurs, as if they lay evenly within half a unit of it.</summary>
    private static double Median(ReadOnlySpan<int> counts, int total)
    {
        int value = 0, below = 0;
        while (2 * (below + counts[value]) < total)
        {
            below += counts[value++];
        }

        double from = Math.Max(0, value - 0.5);
        return from + ((value + 0.5 - from) * ((total / 2.0) - below) / counts[value]);
    }
}

using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Regions;

namespace MpcgLine.Learning.Evaluation;

/// <summary>A true region as a mask marks it, with what makes it easy or hard to find.</summary>
/// <param name="Region">Its pixels.</param>
/// <param name="AreaPixels">Pixels.</param>
/// <param name="WidthPixels">Width, px, measured as a defect's is.</param>
/// <param name="ContrastToNoise">
/// Difference of its mean gray level from that of its surroundings, in standard deviations of the surroundings; null
/// where the mask leaves none.
/// </param>
/// <param name="HighestScore">Highest score of its cells; negative infinity where none was inspected.</param>
public sealed record MarkedRegion(TrueRegion Region, int AreaPixels, double WidthPixels, double? ContrastToNoise, float HighestScore)
{
    /// <summary>Smaller regions are left out, px, as the inspection leaves out smaller detections.</summary>
    public const int MinimumAreaPixels = 6;

    // Surroundings: this far around the region's box, but not so near to marked pixels that their soft rim counts.
    private const int Around = 12;
    private const int Rim = 3;

    // Gray levels are whole numbers: their rounding alone deviates by this much.
    private const double LeastDeviation = 0.29;

    /// <summary>All regions of a mask, and how many more were too small.</summary>
    internal static (IReadOnlyList<MarkedRegion> Regions, int TooSmall) Find(GrayImage image, GrayImage mask, ScoreMap scores)
    {
        IReadOnlyList<int[]> components = MaskComponents.Find(mask, MaskComponents.NearerThanThree);
        MarkedRegion[] regions =
            [.. components.Where(pixels => pixels.Length >= MinimumAreaPixels).Select(pixels => Measure(image, mask, scores, pixels))];
        return (regions, components.Count - regions.Length);
    }

    private static MarkedRegion Measure(GrayImage image, GrayImage mask, ScoreMap scores, int[] pixels)
    {
        (int X, int Y)[] points = [.. pixels.Select(p => (p % mask.Width, p / mask.Width))];
        int left = points.Min(p => p.X), top = points.Min(p => p.Y);
        PixelBox box = new(left, top, points.Max(p => p.X) + 1 - left, points.Max(p => p.Y) + 1 - top);
        byte[] own = new byte[box.Width * box.Height];
        foreach ((int x, int y) in points)
        {
            own[((y - top) * box.Width) + x - left] = 1;
        }

        double level = pixels.Average(p => (double)image.Pixels[p]);
        return new MarkedRegion(
            new TrueRegion(box, own),
            pixels.Length,
            DefectMeasurer.WidthOf(points),
            Contrast(image, mask, box, level),
            pixels.Max(p => scores[scores.CellOf(p)]));
    }

    private static double? Contrast(GrayImage image, GrayImage mask, PixelBox box, double level)
    {
        double sum = 0, squares = 0;
        int count = 0;
        for (int y = Math.Max(0, box.Y - Around); y < Math.Min(image.Height, box.Bottom + Around); y++)
        {
            for (int x = Math.Max(0, box.X - Around); x < Math.Min(image.Width, box.Right + Around); x++)
            {
                if (!IsNearMark(mask, x, y))
                {
                    sum += image[x, y];
                    squares += image[x, y] * image[x, y];
                    count++;
                }
            }
        }

        if (count == 0)
        {
            return null;
        }

        double mean = sum / count;
        double deviation = Math.Sqrt(Math.Max(0, (squares / count) - (mean * mean)));
        return Math.Abs(level - mean) / Math.Max(deviation, LeastDeviation);
    }

    private static bool IsNearMark(GrayImage mask, int x, int y)
    {
        for (int yy = Math.Max(0, y - Rim); yy <= Math.Min(mask.Height - 1, y + Rim); yy++)
        {
            for (int xx = Math.Max(0, x - Rim); xx <= Math.Min(mask.Width - 1, x + Rim); xx++)
            {
                if (mask[xx, yy] >= MaskComponents.DefectiveFrom)
                {
                    return true;
                }
            }
        }

        return false;
    }
}

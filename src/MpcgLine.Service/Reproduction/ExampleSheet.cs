using MpcgLine.Imaging;
using MpcgLine.Inspection.Primitives;
using MpcgLine.Learning.Datasets;
using MpcgLine.Learning.Datasets.Cutting;
using MpcgLine.Service.Evaluation;

namespace MpcgLine.Service.Reproduction;

/// <summary>
/// <c>contact-sheet.png</c>: eight defective images, a row each, as every method sees them (the paper's Fig. 11). The first
/// picture of a row has its marked regions framed, the others what a method detected at its calibrated threshold.
/// </summary>
internal static class ExampleSheet
{
    private const int Examples = 8;
    private const int PictureEdge = 192;
    private const int Gap = 3;

    /// <summary>Draws the sheet; null where no image is defective.</summary>
    /// <param name="test">The images.</param>
    /// <param name="methods">What each method found, from left to right.</param>
    public static GrayImage? Draw(TestImages test, IReadOnlyList<IReadOnlyDictionary<string, ImageRegions>> methods)
    {
        // Only what every method could be scored on.
        TestImage[] defective = [.. test.Images.Where(image => image.IsDefective && methods.All(regions => regions.ContainsKey(image.Name)))];
        int count = Math.Min(Examples, defective.Length);
        return count == 0
            ? null
            : ContactSheet.Draw(
                [.. Enumerable.Range(0, count).Select(i => defective[i * (defective.Length - 1) / Math.Max(1, count - 1)]).SelectMany(image => Row(image, methods))],
                PictureEdge,
                methods.Count + 1);
    }

    private static IEnumerable<GrayImage> Row(TestImage test, IReadOnlyList<IReadOnlyDictionary<string, ImageRegions>> methods)
    {
        GrayImage image = GrayImageFile.Read(test.Path);
        IReadOnlyList<RegionEntry> marked = methods[0][test.Name].Marked;
        PixelBox window = Window(image, marked);
        yield return Picture(image, window, marked);
        foreach (IReadOnlyDictionary<string, ImageRegions> regions in methods)
        {
            yield return Picture(image, window, regions[test.Name].Detected);
        }
    }

    /// <summary>Around the largest marked region.</summary>
    private static PixelBox Window(GrayImage image, IReadOnlyList<RegionEntry> marked)
    {
        int width = Math.Min(PictureEdge, image.Width), height = Math.Min(PictureEdge, image.Height);
        PixelBox largest = marked.Count == 0 ? new PixelBox(image.Width / 2, image.Height / 2, 1, 1) : Box(marked.MaxBy(region => region.AreaPixels)!);
        return new PixelBox(
            Math.Clamp(largest.X + ((largest.Width - width) / 2), 0, image.Width - width),
            Math.Clamp(largest.Y + ((largest.Height - height) / 2), 0, image.Height - height),
            width,
            height);
    }

    private static GrayImage Picture(GrayImage image, PixelBox window, IReadOnlyList<RegionEntry> framed)
    {
        GrayImage picture = TileCutter.Cut(image, window);
        foreach (RegionEntry region in framed)
        {
            PixelBox box = Box(region);
            // White within black is seen on any surface; not on the region's own border, which it would hide.
            Frame(picture, box.X - window.X, box.Y - window.Y, box.Width, box.Height, Gap, 255);
            Frame(picture, box.X - window.X, box.Y - window.Y, box.Width, box.Height, Gap + 1, 0);
        }

        return picture;
    }

    private static void Frame(GrayImage picture, int x, int y, int width, int height, int gap, byte level)
    {
        int left = x - gap, top = y - gap, right = x + width + gap - 1, bottom = y + height + gap - 1;
        for (int line = Math.Max(0, top); line <= Math.Min(picture.Height - 1, bottom); line++)
        {
            for (int column = Math.Max(0, left); column <= Math.Min(picture.Width - 1, right); column++)
            {
                if (line == top || line == bottom || column == left || column == right)
                {
                    picture[column, line] = level;
                }
            }
        }
    }

    private static PixelBox Box(RegionEntry region) => new(region.Box[0], region.Box[1], region.Box[2], region.Box[3]);
}

using MpcgLine.Imaging;
using MpcgLine.Inspection.Primitives;
using MpcgLine.Learning.Datasets.Cutting;
using MpcgLine.Learning.Datasets.Reports;

namespace MpcgLine.Service.Datasets;

/// <summary>The pictures of a data-set report.</summary>
internal static class DatasetPictures
{
    /// <summary>Most images on the contact sheet.</summary>
    public const int MostSuspects = 48;

    private const int SheetColumns = 6;
    private const int CropEdge = 224;
    private const int BarWidth = 3;
    private const int HistogramHeight = 200;

    /// <summary>Bars of the share of pixels at each gray level, black to white; heights go by the square root, so that rare levels show.</summary>
    public static GrayImage Histogram(IReadOnlyList<long> counts)
    {
        GrayImage picture = new(counts.Count * BarWidth, HistogramHeight);
        Array.Fill(picture.Pixels, (byte)255);
        double most = Math.Sqrt(counts.Max());
        for (int level = 0; level < counts.Count; level++)
        {
            int height = (int)Math.Ceiling(Math.Sqrt(counts[level]) / most * (HistogramHeight - 1));
            for (int y = HistogramHeight - height; y < HistogramHeight; y++)
            {
                picture.Row(y).Slice(level * BarWidth, BarWidth).Fill(60);
            }
        }

        return picture;
    }

    /// <summary>Each suspect's most suspicious place, numbered; null where nothing can be shown.</summary>
    public static GrayImage? Sheet(string folder, IReadOnlyList<Suspect> suspects) => suspects.Count == 0
        ? null
        : ContactSheet.Draw([.. suspects.Select(s => Crop(GrayImageFile.Read(Path.Combine(folder, s.Name)), s.X, s.Y))], CropEdge, SheetColumns);

    /// <summary>Those that stand out, or, to have something to look at, the twelve most surprising.</summary>
    public static IReadOnlyList<Suspect> Shown(IReadOnlyList<Suspect> suspects)
    {
        const int few = 12;
        return [.. suspects.Take(Math.Clamp(suspects.Count(s => s.IsOutlier), Math.Min(few, suspects.Count), MostSuspects))];
    }

    private static GrayImage Crop(GrayImage image, int x, int y)
    {
        int width = Math.Min(CropEdge, image.Width), height = Math.Min(CropEdge, image.Height);
        return TileCutter.Cut(image, new PixelBox(
            Math.Clamp(x - (width / 2), 0, image.Width - width), Math.Clamp(y - (height / 2), 0, image.Height - height), width, height));
    }
}

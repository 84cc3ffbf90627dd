using MpcgLine.Inspection.Difference;
using MpcgLine.Inspection.Primitives;
using MpcgLine.Learning.Datasets;

namespace MpcgLine.Learning.Training;

/// <summary>
/// The gray scale of a bundle: the typical deviation of good texture, so that "3" means about the same to the
/// fusion on a calm glass and on a coarse fabric.
/// </summary>
internal static class GrayScale
{
    private const int Block = 32, BlocksPerImage = 400;

    /// <summary>
    /// Median over 32 x 32 blocks of their standard deviation, saturated and flat surroundings left out;
    /// gray levels, clamped to what a bundle may hold.
    /// </summary>
    /// <exception cref="DatasetException">No block has any texture.</exception>
    public static float Of(IReadOnlyList<NamedImage> images)
    {
        var deviations = new List<double>();
        foreach (NamedImage named in images)
        {
            GrayImage image = named.Image;
            int columns = image.Width / Block, rows = image.Height / Block;
            int stride = Math.Max(1, columns * rows / BlocksPerImage);
            for (int i = 0; i < columns * rows; i += stride)
            {
                double deviation = Deviation(image, i % columns * Block, i / columns * Block);
                if (deviation > 0.5)
                {
                    deviations.Add(deviation);
                }
            }
        }

        if (deviations.Count == 0)
        {
            throw new DatasetException($"All {images.Count} training images are flat: there is no texture to learn from.");
        }

        deviations.Sort();
        return (float)Math.Clamp(deviations[deviations.Count / 2], FusionFeatures.MinGrayScale, FusionFeatures.MaxGrayScale);
    }

    private static double Deviation(GrayImage image, int x0, int y0)
    {
        double sum = 0, squares = 0;
        for (int y = y0; y < y0 + Block; y++)
        {
            foreach (byte pixel in image.Row(y).Slice(x0, Block))
            {
                sum += pixel;
                squares += pixel * pixel;
            }
        }

        double mean = sum / (Block * Block);
        return Math.Sqrt(Math.Max(0, (squares / (Block * Block)) - (mean * mean)));
    }
}

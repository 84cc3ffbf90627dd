using MpcgLine.Inspection.Primitives;

namespace MpcgLine.Learning.Datasets;

/// <summary>
/// How common each kind of surface is on the good images, kinds told apart by mean gray level and deviation over
/// small cells. A lens or a sensor window is a thousandth of a part: without it, training would show hardly a
/// defect there, and the fusion would learn that what is seen there is always good. Immutable; any thread.
/// </summary>
public sealed class SurfaceCensus
{
    /// <summary>Side of a cell, px.</summary>
    public const int Cell = 16;

    private const int MeanBins = 16, DeviationBins = 6;

    // A kind rarer than this counts as one of this frequency: what is seen once is chance.
    private const double LeastFrequency = 1e-4;

    // 0 leaves every cell alike, 1 gives every kind of surface the same share.
    private const double Evenness = 0.75;

    private readonly float[] _weights = new float[MeanBins * DeviationBins];

    /// <summary>Counts the cells of all images.</summary>
    public SurfaceCensus(IReadOnlyList<NamedImage> images)
    {
        double[] counts = new double[_weights.Length];
        double total = 0;
        foreach (NamedImage named in images)
        {
            GrayImage image = named.Image;
            for (int y = 0; y + Cell <= image.Height; y += Cell)
            {
                for (int x = 0; x + Cell <= image.Width; x += Cell)
                {
                    // Shared with the levels beside it, since training shifts gain and offset by up to one level: a
                    // common surface must not become a rare one by that.
                    int kind = Kind(image.Pixels, image.Width, x, y);
                    counts[kind] += 0.5;
                    counts[Math.Max(kind - DeviationBins, kind % DeviationBins)] += 0.25;
                    counts[Math.Min(kind + DeviationBins, _weights.Length - DeviationBins + (kind % DeviationBins))] += 0.25;
                    total++;
                }
            }
        }

        for (int kind = 0; kind < counts.Length; kind++)
        {
            // Not the whole frequency: rare kinds gain, but a kind seen once does not get as much as all others.
            _weights[kind] = (float)Math.Pow(Math.Max(LeastFrequency, counts[kind] / Math.Max(1, total)), -Evenness);
        }
    }

    /// <summary>Weight of the cell whose first pixel is given: the rarer its kind, the more.</summary>
    public float Weight(ReadOnlySpan<byte> pixels, int stride, int x, int y) => _weights[Kind(pixels, stride, x, y)];

    private static int Kind(ReadOnlySpan<byte> pixels, int stride, int left, int top)
    {
        int sum = 0, squares = 0;
        for (int y = top; y < top + Cell; y++)
        {
            foreach (byte pixel in pixels.Slice((y * stride) + left, Cell))
            {
                sum += pixel;
                squares += pixel * pixel;
            }
        }

        const int n = Cell * Cell;
        double mean = sum / (double)n;
        double variance = Math.Max(0, (squares / (double)n) - (mean * mean));
        // Deviations below 2, 4, 8, 16, 32 and above.
        int deviation = Math.Clamp((int)Math.Floor(0.5 * Math.Log2(Math.Max(variance, 1))), 0, DeviationBins - 1);
        return ((int)mean / (256 / MeanBins) * DeviationBins) + deviation;
    }
}

using MpcgLine.Inspection.Primitives;

namespace MpcgLine.Learning.Datasets;

/// <summary>
/// How common each kind of surface is on the good images, kinds told apart by mean gray level and deviation over
/// small cells and their neighbours: the rim of a sensor window has the levels of a part's edge, but lies elsewhere. A
/// lens or a sensor window is a thousandth of a part: without the census, training would show hardly a defect there, and
/// the fusion would learn that what is seen there is always good. Immutable; any thread.
/// </summary>
public sealed class SurfaceCensus
{
    /// <summary>Side of a cell, px.</summary>
    public const int Cell = 16;

    private const int MeanBins = 16, DeviationBins = 6, StepBins = 5;

    // Gray levels between a cell and its surroundings that make another kind.
    private const double StepWidth = 16;

    // A kind rarer than this counts as one of this frequency: what is seen once is chance.
    private const double LeastFrequency = 2e-4;

    private readonly float[] _weights = new float[MeanBins * DeviationBins * StepBins * DeviationBins];

    /// <summary>Counts the cells of all images.</summary>
    public SurfaceCensus(IReadOnlyList<NamedImage> images)
    {
        long[] counts = new long[_weights.Length];
        long total = 0;
        foreach (NamedImage named in images)
        {
            GrayImage image = named.Image;
            for (int y = 0; y + Cell <= image.Height; y += Cell)
            {
                for (int x = 0; x + Cell <= image.Width; x += Cell)
                {
                    counts[Kind(image.Pixels, image.Width, x, y)]++;
                    total++;
                }
            }
        }

        for (int kind = 0; kind < counts.Length; kind++)
        {
            _weights[kind] = (float)(1 / Math.Max(LeastFrequency, counts[kind] / (double)Math.Max(1, total)));
        }
    }

    /// <summary>Weight of the cell whose first pixel is given: one over its kind's frequency, so that every kind has the same share.</summary>
    public float Weight(ReadOnlySpan<byte> pixels, int stride, int x, int y) => _weights[Kind(pixels, stride, x, y)];

    /// <summary>Cells of a tile, row by row.</summary>
    /// <param name="size">Edge of the tile, px, a multiple of <see cref="Cell"/>.</param>
    public static int CellsOf(int size) => size / Cell * (size / Cell);

    /// <summary>Weights of all cells of a tile.</summary>
    /// <param name="tile"><c>[size, size]</c> gray levels as they were counted: another gain would make common surfaces rare.</param>
    /// <param name="size">Edge of the tile, px, a multiple of <see cref="Cell"/>.</param>
    /// <param name="weights"><see cref="CellsOf"/> values, overwritten.</param>
    public void WeighTile(ReadOnlySpan<byte> tile, int size, Span<float> weights)
    {
        int perSide = size / Cell;
        for (int cell = 0; cell < CellsOf(size); cell++)
        {
            weights[cell] = Weight(tile, size, cell % perSide * Cell, cell / perSide * Cell);
        }
    }

    private static int Kind(ReadOnlySpan<byte> pixels, int stride, int left, int top)
    {
        int height = pixels.Length / stride;
        (double mean, double deviation) = Statistics(pixels, stride, left, top, left + Cell, top + Cell);
        (double around, double aroundDeviation) = Statistics(
            pixels, stride, Math.Max(0, left - Cell), Math.Max(0, top - Cell), Math.Min(stride, left + (2 * Cell)), Math.Min(height, top + (2 * Cell)));
        int step = Math.Clamp((int)Math.Round((mean - around) / StepWidth), -StepBins / 2, StepBins / 2) + (StepBins / 2);
        int kind = (int)mean / (256 / MeanBins);
        kind = (kind * DeviationBins) + DeviationBin(deviation);
        kind = (kind * StepBins) + step;
        return (kind * DeviationBins) + DeviationBin(aroundDeviation);
    }

    /// <summary>Deviations below 2, 4, 8, 16, 32 and above.</summary>
    private static int DeviationBin(double deviation) =>
        Math.Clamp((int)Math.Floor(Math.Log2(Math.Max(deviation, 1))), 0, DeviationBins - 1);

    private static (double Mean, double Deviation) Statistics(ReadOnlySpan<byte> pixels, int stride, int left, int top, int right, int bottom)
    {
        int sum = 0, squares = 0;
        for (int y = top; y < bottom; y++)
        {
            foreach (byte pixel in pixels.Slice((y * stride) + left, right - left))
            {
                sum += pixel;
                squares += pixel * pixel;
            }
        }

        double n = (right - left) * (bottom - top), mean = sum / n;
        return (mean, Math.Sqrt(Math.Max(0, (squares / n) - (mean * mean))));
    }
}

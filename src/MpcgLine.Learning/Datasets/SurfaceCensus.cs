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
    private const double LeastFrequency = 1e-3;

    private readonly float[] _weights = new float[MeanBins * DeviationBins];

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

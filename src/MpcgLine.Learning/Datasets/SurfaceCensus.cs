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

    // A cell's surroundings are it and its neighbours, 3 x 3 cells.
    private const int Around = 3;

    // Gray levels between a cell and its surroundings from one kind to the next; half of them are no step yet.
    private const double StepWidth = 16;

    // A kind of fewer cells counts as one of so many, within these frequencies: what is seen once is chance.
    private const double FewestCells = 10, LeastFrequency = 2e-5, LeastFrequencyOfFew = 2e-4;

    private readonly float[] _weights = new float[MeanBins * DeviationBins * StepBins * DeviationBins];

    /// <summary>Counts the cells of all images.</summary>
    /// <param name="images">At least one cell in size.</param>
    /// <param name="emphasis">Power of one over a kind's frequency that is its weight: at 1 every kind has the same share, above it the rarer ones a larger one.</param>
    public SurfaceCensus(IReadOnlyList<NamedImage> images, double emphasis = 1)
    {
        ArgumentNullException.ThrowIfNull(images);
        long[] counts = new long[_weights.Length];
        long total = 0;
        foreach (NamedImage named in images)
        {
            foreach (int kind in Kinds(named.Image.Pixels, named.Image.Width))
            {
                counts[kind]++;
                total++;
            }
        }

        double least = Math.Clamp(FewestCells / Math.Max(1, total), LeastFrequency, LeastFrequencyOfFew);
        for (int kind = 0; kind < counts.Length; kind++)
        {
            _weights[kind] = (float)Math.Pow(Math.Max(least, counts[kind] / (double)Math.Max(1, total)), -emphasis);
        }
    }

    /// <summary>Cells of a tile, row by row.</summary>
    /// <param name="size">Edge of the tile, px, a multiple of <see cref="Cell"/>.</param>
    public static int CellsOf(int size) => size / Cell * (size / Cell);

    /// <summary>
    /// Weights of all whole cells, row by row: one over their kind's frequency, to the power of the emphasis.
    /// </summary>
    /// <param name="pixels"><c>[H, stride]</c> gray levels as they were counted: another gain would make common surfaces rare.</param>
    /// <param name="stride">Pixels per row.</param>
    public float[] Weights(ReadOnlySpan<byte> pixels, int stride) => [.. Kinds(pixels, stride).Select(kind => _weights[kind])];

    private static int[] Kinds(ReadOnlySpan<byte> pixels, int stride)
    {
        int columns = stride / Cell, rows = pixels.Length / stride / Cell;
        Sums[] cells = new Sums[rows * columns];
        for (int i = 0; i < cells.Length; i++)
        {
            cells[i] = Sums.Of(pixels, stride, i % columns * Cell, i / columns * Cell);
        }

        int[] kinds = new int[cells.Length];
        for (int i = 0; i < cells.Length; i++)
        {
            kinds[i] = Kind(cells[i], Surroundings(cells, columns, rows, i % columns, i / columns));
        }

        return kinds;
    }

    /// <summary>Beside a border they are moved inside, not cut: a tile's border is not one of the part.</summary>
    private static Sums Surroundings(Sums[] cells, int columns, int rows, int column, int row)
    {
        int left = Math.Clamp(column - 1, 0, Math.Max(0, columns - Around)), right = Math.Min(columns, left + Around);
        int top = Math.Clamp(row - 1, 0, Math.Max(0, rows - Around)), bottom = Math.Min(rows, top + Around);
        Sums around = default;
        for (int y = top; y < bottom; y++)
        {
            for (int x = left; x < right; x++)
            {
                around = around.Plus(cells[(y * columns) + x]);
            }
        }

        return around;
    }

    private static int Kind(Sums cell, Sums around)
    {
        int step = Math.Clamp((int)Math.Round((cell.Mean - around.Mean) / StepWidth), -StepBins / 2, StepBins / 2) + (StepBins / 2);
        int kind = (int)cell.Mean / (256 / MeanBins);
        kind = (kind * DeviationBins) + DeviationBin(cell.Deviation);
        kind = (kind * StepBins) + step;
        return (kind * DeviationBins) + DeviationBin(around.Deviation);
    }

    /// <summary>Deviations below 2, 4, 8, 16, 32 and above.</summary>
    private static int DeviationBin(double deviation) =>
        Math.Clamp((int)Math.Floor(Math.Log2(Math.Max(deviation, 1))), 0, DeviationBins - 1);

    /// <summary>What mean and deviation follow from; at most nine cells, so none overflows.</summary>
    private readonly record struct Sums(int Count, int Sum, int Squares)
    {
        public double Mean => Sum / (double)Count;

        public double Deviation => Math.Sqrt(Math.Max(0, (Squares / (double)Count) - (Mean * Mean)));

        public static Sums Of(ReadOnlySpan<byte> pixels, int stride, int left, int top)
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

            return new Sums(Cell * Cell, sum, squares);
        }

        public Sums Plus(Sums other) => new(Count + other.Count, Sum + other.Sum, Squares + other.Squares);
    }
}

namespace MpcgLine.Inspection.Reconstruction.Native.Direct;

/// <summary>Pixels of a row that one call makes.</summary>
/// <param name="First">Column of the first.</param>
/// <param name="Pixels">Made at once.</param>
/// <param name="Blocks">How many times.</param>
/// <param name="Taps">Columns of the kernel that meet the map.</param>
internal readonly record struct ColumnRun(int First, int Pixels, int Blocks, TapRange Taps)
{
    // Products that must be under way at once, for a processor never to wait for one.
    private const int ProductsUnderWay = 10;

    /// <summary>
    /// The cheapest way to make a row. Kernels as large as the map leave out what lies beside it for all pixels made at once: the fewer
    /// these are, the more; but the more weights are loaded for each product.
    /// </summary>
    /// <param name="width">Pixels to make.</param>
    /// <param name="vectors">Vectors of channels of each.</param>
    /// <param name="stride">From what one reads to what the next one does.</param>
    /// <param name="left">What the kernel's first column reads of the first pixel.</param>
    /// <param name="taps">Columns of the kernel.</param>
    /// <param name="size">Columns of the map.</param>
    public static IReadOnlyList<ColumnRun> Cheapest(int width, int vectors, int stride, int left, int taps, int size) =>
        Enumerable.Range(1, Math.Min(MicroKernel.MostPixels(vectors), width))
            .Reverse()
            .Select(most => Of(width, most, stride, left, taps, size))
            .MinBy(runs => runs.Sum(run => run.Blocks * run.Taps.Count * Cost(run.Pixels, vectors)))!;

    // Two products are begun in a cycle, and two loads.
    private static int Cost(int pixels, int vectors) => Math.Max(Math.Max(pixels * vectors, pixels + vectors), ProductsUnderWay);

    private static List<ColumnRun> Of(int width, int most, int stride, int left, int taps, int size)
    {
        int blocks = (width + most - 1) / most, larger = width % blocks, first = 0;
        var runs = new List<ColumnRun>();
        for (int block = 0; block < blocks; block++)
        {
            int pixels = (width / blocks) + (block < larger ? 1 : 0);
            TapRange range = TapRange.Meeting((first * stride) + left, ((first + pixels - 1) * stride) + left, taps, size);
            if (runs.Count > 0 && runs[^1].Pixels == pixels && runs[^1].Taps == range)
            {
                runs[^1] = runs[^1] with { Blocks = runs[^1].Blocks + 1 };
            }
            else
            {
                runs.Add(new ColumnRun(first, pixels, 1, range));
            }

            first += pixels;
        }

        return runs;
    }
}

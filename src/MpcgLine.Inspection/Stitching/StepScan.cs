namespace MpcgLine.Inspection.Stitching;

/// <summary>
/// Walks along pixels from the surroundings inwards to the first lasting step in gray level, and places it below a pixel.
/// </summary>
/// <param name="pixels">Pixels to walk on.</param>
/// <param name="start">Index of the first.</param>
/// <param name="stride">Index difference from one to the next.</param>
/// <param name="length">Pixels to walk.</param>
/// <param name="isInverted">Whether the surroundings are brighter than the part.</param>
/// <param name="level">Gray level between surroundings and part.</param>
internal readonly ref struct StepScan(ReadOnlySpan<byte> pixels, int start, int stride, int length, bool isInverted, int level)
{
    /// <summary>Pixels averaged for the decision: noise and specks do not make a step.</summary>
    private const int Window = 8;

    /// <summary>Pixels on either side of the step over which it is placed.</summary>
    private const int Reach = 12;

    private readonly ReadOnlySpan<byte> _pixels = pixels;

    /// <summary>
    /// Looks for the step. The position is that of the border between the last pixel of the surroundings and the first of the part,
    /// as index / |stride| would say for pixel centres at whole numbers.
    /// </summary>
    /// <returns>False when the walk does not begin in the surroundings or never leaves them.</returns>
    public bool TryFind(out double index)
    {
        index = 0;
        int limit = Window * (isInverted ? 255 - level : level);
        int sum = 0;
        for (int i = 0; i < Math.Min(Window, length); i++)
        {
            sum += At(i);
        }

        if (sum > limit)
        {
            return false;
        }

        for (int i = Window; i < length; i++)
        {
            sum += At(i) - At(i - Window);
            if (sum > limit)
            {
                index = start + (stride * Place(i - (Window / 2)));
                return true;
            }
        }

        return false;
    }

    // Equal areas: the part's share of the levels around the step says how many of these pixels are part.
    private double Place(int near)
    {
        int first = Math.Max(0, near - Reach);
        int end = Math.Min(length, near + (2 * Reach));
        int span = Math.Min(end, near + Reach);
        double outside = Mean(Math.Max(0, first - Window), Math.Max(1, near - Window + 1));
        double inside = Mean(Math.Min(near + Window, end - 1), end);
        double contrast = inside - outside;
        if (contrast < 1)
        {
            return near;
        }

        double share = 0;
        for (int i = first; i < span; i++)
        {
            share += Math.Clamp((At(i) - outside) / contrast, -0.5, 1.5);
        }

        return Math.Clamp(span - share - 0.5, first, span);
    }

    private double Mean(int first, int end)
    {
        double sum = 0;
        for (int i = first; i < end; i++)
        {
            sum += At(i);
        }

        return sum / (end - first);
    }

    private int At(int step)
    {
        int value = _pixels[start + (stride * step)];
        return isInverted ? 255 - value : value;
    }
}

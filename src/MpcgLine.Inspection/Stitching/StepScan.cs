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

    /// <summary>Pixels of the part that are sure to lie outside of any other structure of its rim.</summary>
    private const int RimPixels = 3;

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

    // Where the levels cross the middle between the surroundings and the first pixels of the part. Looking further in
    // would measure the part's own rim: a bevel may be twice as bright as the glass outside of it.
    private double Place(int near)
    {
        int first = Math.Max(0, near - Reach);
        double outside = Mean(first, Math.Max(first + 1, near - Window + 1));
        int above = Math.Max(1, near - Window + 1);
        int end = Math.Min(length - RimPixels, near + Reach);
        int threshold = isInverted ? 255 - level : level;
        while (above < end && !(At(above) > threshold && At(above + 1) > threshold))
        {
            above++;
        }

        double middle = (outside + Mean(above + 1, above + RimPixels)) / 2;
        int crossing = Math.Max(1, above - 1);
        while (crossing < end && At(crossing) < middle)
        {
            crossing++;
        }

        double step = At(crossing) - At(crossing - 1);
        return step > 0 ? crossing - Math.Clamp((At(crossing) - middle) / step, 0, 1) : crossing - 0.5;
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

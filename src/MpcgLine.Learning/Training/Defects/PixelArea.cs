namespace MpcgLine.Learning.Training.Defects;

/// <summary>Box of pixels, right and bottom exclusive.</summary>
internal readonly record struct PixelArea(int Left, int Top, int Right, int Bottom)
{
    /// <summary>Whether it holds no pixel.</summary>
    public bool IsEmpty => Right <= Left || Bottom <= Top;

    /// <summary>Pixels along its longer side.</summary>
    public int LongerSide => Math.Max(Right - Left, Bottom - Top);

    /// <summary>Every pixel within <paramref name="reach"/> of a point.</summary>
    public static PixelArea Around(double x, double y, double reach) =>
        new((int)Math.Floor(x - reach), (int)Math.Floor(y - reach), (int)Math.Ceiling(x + reach) + 1, (int)Math.Ceiling(y + reach) + 1);

    /// <summary>The box around both.</summary>
    public PixelArea With(PixelArea other) =>
        new(Math.Min(Left, other.Left), Math.Min(Top, other.Top), Math.Max(Right, other.Right), Math.Max(Bottom, other.Bottom));

    /// <summary>The box with a rim.</summary>
    public PixelArea Grow(int by) => new(Left - by, Top - by, Right + by, Bottom + by);

    /// <summary>What of it lies on a tile of the given edge.</summary>
    public PixelArea Clip(int size) =>
        new(Math.Clamp(Left, 0, size), Math.Clamp(Top, 0, size), Math.Clamp(Right, 0, size), Math.Clamp(Bottom, 0, size));
}

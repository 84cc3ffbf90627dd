namespace MpcgLine.Inspection.Primitives;

/// <summary>8-bit gray image in row-major order without row padding.</summary>
public sealed class GrayImage
{
    /// <summary>Wraps <paramref name="pixels"/> without copying; the image owns the array from here on.</summary>
    /// <exception cref="ArgumentException">The array's length is not <paramref name="width"/> x <paramref name="height"/>.</exception>
    public GrayImage(int width, int height, byte[] pixels)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        if (pixels.LongLength != (long)width * height)
        {
            throw new ArgumentException($"{pixels.LongLength} pixels given for {width} x {height}.", nameof(pixels));
        }

        Width = width;
        Height = height;
        Pixels = pixels;
    }

    /// <summary>An all-black image.</summary>
    public GrayImage(int width, int height)
        : this(width, height, new byte[(long)width * height])
    {
    }

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>All pixels, <c>[Height, Width]</c>, gray levels 0..255.</summary>
    public byte[] Pixels { get; }

    /// <summary>Gray level at a column and row.</summary>
    public byte this[int x, int y]
    {
        get => Pixels[((long)y * Width) + x];
        set => Pixels[((long)y * Width) + x] = value;
    }

    /// <summary>One row, valid as long as the image.</summary>
    public Span<byte> Row(int y) => Pixels.AsSpan(checked(y * Width), Width);
}

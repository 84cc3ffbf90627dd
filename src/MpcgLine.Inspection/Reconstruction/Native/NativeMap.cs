namespace MpcgLine.Inspection.Reconstruction.Native;

/// <summary>
/// Where a map of libtorch's lies, channels last: <c>[Count, Height, Width, Channels]</c> in memory. Valid as long as its tensor.
/// </summary>
/// <param name="values">The first value.</param>
/// <param name="count">Tiles.</param>
/// <param name="channels">Channels.</param>
/// <param name="height">Rows.</param>
/// <param name="width">Columns.</param>
internal readonly unsafe struct NativeMap(void* values, int count, int channels, int height, int width)
{
    /// <summary>Tiles.</summary>
    public int Count { get; } = count;

    /// <summary>Channels.</summary>
    public int Channels { get; } = channels;

    /// <summary>Rows.</summary>
    public int Height { get; } = height;

    /// <summary>Columns.</summary>
    public int Width { get; } = width;

    /// <summary>All values.</summary>
    public void* Values => values;

    /// <summary>A pixel's first channel, of a map in single precision.</summary>
    public float* Pixel(int tile, int y, int x) => (float*)values + ((((((nint)tile * Height) + y) * Width) + x) * Channels);

    /// <summary>One tile's row.</summary>
    /// <typeparam name="T">As large as its values.</typeparam>
    public Span<T> Row<T>(int tile, int y)
        where T : unmanaged => new((T*)values + ((((nint)tile * Height) + y) * Width * Channels), Width * Channels);
}

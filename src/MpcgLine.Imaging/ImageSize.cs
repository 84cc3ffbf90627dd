namespace MpcgLine.Imaging;

/// <summary>Size of an image as its header states it, px.</summary>
/// <param name="Width">Columns, at least 1.</param>
/// <param name="Height">Rows, at least 1.</param>
public readonly record struct ImageSize(int Width, int Height)
{
    /// <summary>Columns times rows.</summary>
    public long PixelCount => (long)Width * Height;
}

namespace MpcgLine.Inspection.Primitives;

/// <summary>Axis-parallel box in panel px; <paramref name="X"/> and <paramref name="Y"/> are its first column and line.</summary>
public readonly record struct PixelBox(int X, int Y, int Width, int Height)
{
    /// <summary>First column right of the box.</summary>
    public int Right => X + Width;

    /// <summary>First line below the box.</summary>
    public int Bottom => Y + Height;

    /// <summary>Whether the two boxes, the first grown by <paramref name="margin"/> px on every side, share a pixel.</summary>
    public bool Touches(PixelBox other, int margin = 0) =>
        X - margin < other.Right && other.X < Right + margin && Y - margin < other.Bottom && other.Y < Bottom + margin;
}

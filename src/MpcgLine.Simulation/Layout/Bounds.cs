namespace MpcgLine.Simulation.Layout;

/// <summary>Rectangle on the part, in units of one column's width.</summary>
internal readonly record struct Bounds(float Left, float Top, float Right, float Bottom)
{
    /// <summary>The rectangle, larger by a distance on every side.</summary>
    public Bounds Grow(float by) => new(Left - by, Top - by, Right + by, Bottom + by);

    /// <summary>What both rectangles share.</summary>
    public Bounds Intersect(Bounds other) => new(
        Math.Max(Left, other.Left), Math.Max(Top, other.Top), Math.Min(Right, other.Right), Math.Min(Bottom, other.Bottom));
}

namespace MpcgLine.Simulation.Layout;

/// <summary>
/// Region of the part by its signed distance (negative inside), in units of one column's width on the part:
/// u across, v along travel, origin at the leading-left corner. Distances never change faster than 1 per unit.
/// </summary>
internal abstract class Shape
{
    /// <summary>Rectangle that holds the shape.</summary>
    public abstract Bounds Bounds { get; }

    /// <summary>Signed distance to the shape's edge.</summary>
    public abstract float Distance(float u, float v);
}

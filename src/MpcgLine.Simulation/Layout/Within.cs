namespace MpcgLine.Simulation.Layout;

/// <summary>What two shapes share.</summary>
internal sealed class Within(Shape shape, Shape limit) : Shape
{
    /// <inheritdoc/>
    public override Bounds Bounds => shape.Bounds.Intersect(limit.Bounds);

    /// <inheritdoc/>
    public override float Distance(float u, float v) => MathF.Max(shape.Distance(u, v), limit.Distance(u, v));
}

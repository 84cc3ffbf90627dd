namespace MpcgLine.Simulation.Layout;

/// <summary>Zone along a shape's edge, of a width that wanders; cut off where <paramref name="within"/> ends.</summary>
internal sealed class Outline(Shape shape, float width, Noise.Wander place, Noise.Wander breadth, Shape? within = null) : Shape
{
    /// <inheritdoc/>
    public override Bounds Bounds
    {
        get
        {
            Bounds own = shape.Bounds.Grow((width / 2) + place.Amplitude + breadth.Amplitude);
            return within is null ? own : own.Intersect(within.Bounds);
        }
    }

    /// <inheritdoc/>
    public override float Distance(float u, float v)
    {
        float edge = shape.Distance(u, v);
        float reach = (width / 2) + place.Amplitude + breadth.Amplitude;
        // Far away the wander cannot matter: the bound is returned, which keeps the far field cheap.
        float distance = MathF.Abs(edge) > reach + 8
            ? MathF.Abs(edge) - reach
            : MathF.Abs(edge + place.At(u, v)) - (width / 2) - breadth.At(u, v);
        return within is null ? distance : MathF.Max(distance, within.Distance(u, v));
    }
}

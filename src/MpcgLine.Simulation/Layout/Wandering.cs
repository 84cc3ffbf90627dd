using MpcgLine.Simulation.Noise;

namespace MpcgLine.Simulation.Layout;

/// <summary>
/// A shape whose edge wanders on this part. What has to follow that edge, a zone along it or a block cut off by it, is
/// built on this, so that no sliver of what lies below shows between them.
/// </summary>
internal sealed class Wandering(Shape shape, Wander wander) : Shape
{
    private const float Near = 40;

    /// <inheritdoc/>
    public override Bounds Bounds => shape.Bounds.Grow(wander.Amplitude);

    /// <inheritdoc/>
    public override float Distance(float u, float v)
    {
        float distance = shape.Distance(u, v);
        // Far away the wander cannot matter: the bound is returned, which keeps the far field cheap.
        return MathF.Abs(distance) > wander.Amplitude + Near
            ? distance - MathF.CopySign(wander.Amplitude, distance)
            : distance + wander.At(u, v);
    }
}

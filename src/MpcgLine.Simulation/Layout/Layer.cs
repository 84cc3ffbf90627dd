using MpcgLine.Simulation.Noise;

namespace MpcgLine.Simulation.Layout;

/// <summary>A shape painted over what lies below it.</summary>
/// <param name="Shape">Where.</param>
/// <param name="Material">What.</param>
/// <param name="Surface">Kind of surface it makes.</param>
/// <param name="Softness">Half the distance over which its edge fades, px; the optics blur every edge by about 1 px.</param>
/// <param name="Wander">Displacement of its edge on this part.</param>
internal sealed record Layer(Shape Shape, Material Material, SurfaceKind Surface, float Softness = Layer.Optics, Wander Wander = default)
{
    /// <summary>Softness of a perfectly sharp edge under a point-spread function of about 1 px.</summary>
    public const float Optics = 1.6f;

    /// <summary>Farther than this from the shape's edge the layer is all there or not at all.</summary>
    public float Reach => Softness + Wander.Amplitude;

    /// <summary>Signed distance with the wander of this part.</summary>
    public float Distance(float u, float v)
    {
        float distance = Shape.Distance(u, v);
        return Wander.Amplitude > 0 && MathF.Abs(distance) <= Reach ? distance + Wander.At(u, v) : distance;
    }

    /// <summary>Coverage 0..1 at a signed distance.</summary>
    public float Coverage(float distance)
    {
        float t = Math.Clamp(0.5f - (distance / (2 * Softness)), 0, 1);
        return t * t * (3 - (2 * t));
    }
}

namespace MpcgLine.Simulation.Layout;

/// <summary>Everything on the leading side of an arc that sags at its middle, within a rectangle.</summary>
internal sealed class AboveArc(Bounds bounds, float depthAtSides, float sagitta, Shape within) : Shape
{
    private readonly float _centreU = (bounds.Left + bounds.Right) / 2;
    private readonly float _half = (bounds.Right - bounds.Left) / 2;
    private readonly float _scale = 1 / MathF.Sqrt(1 + MathF.Pow(2 * sagitta / ((bounds.Right - bounds.Left) / 2), 2));

    /// <inheritdoc/>
    public override Bounds Bounds => bounds with { Bottom = depthAtSides };

    /// <inheritdoc/>
    public override float Distance(float u, float v)
    {
        float t = Math.Clamp((u - _centreU) / _half, -1, 1);
        float arc = depthAtSides - (sagitta * (1 - (t * t)));
        return MathF.Max((v - arc) * _scale, within.Distance(u, v));
    }
}

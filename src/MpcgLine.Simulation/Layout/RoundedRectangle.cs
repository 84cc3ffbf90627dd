namespace MpcgLine.Simulation.Layout;

/// <summary>Rectangle with round corners; a radius of half the shorter side makes a slot.</summary>
internal sealed class RoundedRectangle(Bounds bounds, float radius) : Shape
{
    private readonly float _centreU = (bounds.Left + bounds.Right) / 2;
    private readonly float _centreV = (bounds.Top + bounds.Bottom) / 2;
    private readonly float _halfU = ((bounds.Right - bounds.Left) / 2) - radius;
    private readonly float _halfV = ((bounds.Bottom - bounds.Top) / 2) - radius;

    /// <inheritdoc/>
    public override Bounds Bounds => bounds;

    /// <inheritdoc/>
    public override float Distance(float u, float v)
    {
        float du = MathF.Abs(u - _centreU) - _halfU;
        float dv = MathF.Abs(v - _centreV) - _halfV;
        float outside = du > 0 && dv > 0 ? MathF.Sqrt((du * du) + (dv * dv)) : MathF.Max(du, dv);
        return outside - radius;
    }
}

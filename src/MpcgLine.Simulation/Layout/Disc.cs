namespace MpcgLine.Simulation.Layout;

/// <summary>Disc.</summary>
internal sealed class Disc(float centreU, float centreV, float radius) : Shape
{
    /// <inheritdoc/>
    public override Bounds Bounds => new(centreU - radius, centreV - radius, centreU + radius, centreV + radius);

    /// <inheritdoc/>
    public override float Distance(float u, float v) =>
        MathF.Sqrt(((u - centreU) * (u - centreU)) + ((v - centreV) * (v - centreV))) - radius;
}

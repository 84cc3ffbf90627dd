namespace MpcgLine.Inspection.Reconstruction;

/// <summary>What a layer gives before its LeakyReLU, channel by channel, 0 included, on tiles that show what there is to see.</summary>
/// <param name="Low">Least number of each channel, at most 0.</param>
/// <param name="High">Largest number of each channel, at least 0.</param>
public sealed record ActivationRange(float[] Low, float[] High)
{
    /// <summary>What LeakyReLU makes of it.</summary>
    internal ActivationRange Activated() => this with { Low = Array.ConvertAll(Low, low => low * (float)LayerShape.LeakySlope) };
}

namespace MpcgLine.Learning.Training.Defects;

/// <summary>Distributions the training defects draw from.</summary>
internal static class Chance
{
    /// <summary>A value between <paramref name="low"/> and <paramref name="high"/> whose logarithm is evenly spread.</summary>
    public static double LogUniform(Random random, double low, double high) => low * Math.Pow(high / low, random.NextDouble());
}

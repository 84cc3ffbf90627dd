namespace MpcgLine.Simulation.Noise;

/// <summary>Sequential draws from a seed, for what is decided once per panel. Stable across .NET versions, unlike System.Random.</summary>
internal sealed class SeededRandom(ulong seed)
{
    private ulong _state = seed;

    /// <summary>64 random bits.</summary>
    public ulong Bits() => Hash.Mix(_state += 0x9E3779B97F4A7C15UL);

    /// <summary>Uniform in 0..1.</summary>
    public double Unit() => (Bits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform between two numbers.</summary>
    public double Between(double low, double high) => low + ((high - low) * Unit());

    /// <summary>Uniform on a logarithmic scale between two positive numbers.</summary>
    public double LogBetween(double low, double high) => low * Math.Pow(high / low, Unit());

    /// <summary>Uniform whole number in 0..<paramref name="limit"/> - 1.</summary>
    public int Below(int limit) => (int)(Unit() * limit);

    /// <summary>True with a probability.</summary>
    public bool Chance(double probability) => Unit() < probability;
}

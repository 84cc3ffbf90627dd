namespace MpcgLine.Simulation.Noise;

/// <summary>
/// Counter-based randomness: the value at a coordinate depends on seed and coordinate alone, so any block of
/// rows can be rendered without the rows before it.
/// </summary>
internal static class Hash
{
    /// <summary>Finaliser of SplitMix64 (Steele, Lea and Flood 2014).</summary>
    public static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }

    /// <summary>Seed of an independent stream.</summary>
    public static ulong Derive(ulong seed, ulong stream) => Mix(Mix(seed + 0x9E3779B97F4A7C15UL) ^ (stream * 0xD1342543DE82EF95UL));

    /// <summary>64 random bits of a lattice point.</summary>
    public static ulong At(ulong seed, int x, int y) =>
        Mix(seed + ((ulong)(uint)x * 0x9E3779B97F4A7C15UL) + ((ulong)(uint)y * 0xC2B2AE3D27D4EB4FUL));

    /// <summary>Uniform in -1..1, from 24 bits.</summary>
    public static float Signed(ulong bits) => ((bits >> 40) * (2f / 16777216f)) - 1f;
}

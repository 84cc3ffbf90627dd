namespace MpcgLine.Learning.Training;

/// <summary>Seeds of single steps, the same in every run, unlike <see cref="HashCode"/>.</summary>
internal static class StepSeed
{
    /// <summary>Mixes the training's seed, the network's name and the step (FNV-1a, then a multiplication).</summary>
    public static int Of(ulong seed, string name, int step)
    {
        ulong h = 14695981039346656037;
        foreach (char c in name)
        {
            h = (h ^ c) * 1099511628211;
        }

        h = (h ^ seed) * 1099511628211;
        h = (h ^ (uint)step) * 0x9E3779B97F4A7C15;
        return (int)((h ^ (h >> 32)) & int.MaxValue);
    }
}

namespace MpcgLine.Simulation.Noise;

/// <summary>Slow, bounded displacement of an edge over the part: two octaves of value noise.</summary>
/// <param name="Seed">Own seed of this edge and part.</param>
/// <param name="Amplitude">Bound of the displacement, px.</param>
internal readonly record struct Wander(ulong Seed, float Amplitude)
{
    private const float SlowStep = 310;
    private const float FastStep = 74;

    /// <summary>Displacement at a place of the part, px, within +-<see cref="Amplitude"/>.</summary>
    public float At(float u, float v) =>
        Amplitude == 0 ? 0 : Amplitude * ((0.7f * Octave(Seed, u / SlowStep, v / SlowStep)) + (0.3f * Octave(~Seed, u / FastStep, v / FastStep)));

    private static float Octave(ulong seed, float u, float v)
    {
        int column = (int)MathF.Floor(u);
        int row = (int)MathF.Floor(v);
        float s = Ease(u - column);
        float t = Ease(v - row);
        float near = Lerp(Hash.Signed(Hash.At(seed, column, row)), Hash.Signed(Hash.At(seed, column + 1, row)), s);
        float far = Lerp(Hash.Signed(Hash.At(seed, column, row + 1)), Hash.Signed(Hash.At(seed, column + 1, row + 1)), s);
        return Lerp(near, far, t);
    }

    private static float Ease(float t) => t * t * (3 - (2 * t));

    private static float Lerp(float a, float b, float t) => a + ((b - a) * t);
}

using MpcgLine.Simulation.Noise;

namespace MpcgLine.Simulation;

/// <summary>
/// What the camera and the lamp add to every panel alike: gain and dark level per column, fall-off of the light
/// across the line, and the level of the sensor noise.
/// </summary>
public sealed class SensorTraits
{
    private const float ReadNoise = 1.2f;

    // At gray level 150 shot and read noise together come to about 2.2 gray levels.
    private const float ShotVariancePerGray = 0.0227f;

    private readonly float[] _gain;
    private readonly float[] _dark;

    /// <summary>Traits of the camera with a seed, for a line of <paramref name="width"/> columns.</summary>
    public SensorTraits(ulong cameraSeed, int width)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        _gain = new float[width];
        _dark = new float[width];
        ulong seed = Hash.Derive(cameraSeed, 21);
        float[] slow = new float[width];
        float[] nodes = new float[(width / 90) + 8];
        new LatticeNoise(Hash.Derive(seed, 1), 90, 90).FillRow(0, 0, slow, nodes);
        float lampCentre = 0.5f + (0.06f * Hash.Signed(Hash.Derive(seed, 2)));
        for (int x = 0; x < width; x++)
        {
            float own = Gaussian.From(Hash.At(Hash.Derive(seed, 3), x, 0));
            float place = ((float)x / width) - lampCentre;
            float light = 1 - (0.36f * place * place);
            _gain[x] = light * (1 + Math.Clamp((0.009f * slow[x]) + (0.004f * own), -0.03f, 0.03f));
            float odd = (x & 1) == 0 ? 0.35f : -0.35f;
            _dark[x] = 3 + odd + (0.5f * Gaussian.From(Hash.At(Hash.Derive(seed, 4), x, 0)));
        }
    }

    /// <summary>Gain of each column times the light that falls on it, about 0.88..1.03.</summary>
    public ReadOnlySpan<float> Gain => _gain;

    /// <summary>Dark level of each column, gray levels.</summary>
    public ReadOnlySpan<float> Dark => _dark;

    /// <summary>Standard deviation of the sensor's noise at a gray level: shot and read noise.</summary>
    public static float NoiseAt(float gray) => MathF.Sqrt((ReadNoise * ReadNoise) + (ShotVariancePerGray * MathF.Max(0, gray)));
}

using System.Numerics;
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

    // What no flat field has removed yet: spread of the columns' own gain, of their dark level, and the odd-even step.
    private const float GainSpread = 0.004f;
    private const float DarkSpread = 0.5f;
    private const float OddEven = 0.35f;

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
            _gain[x] = light * (1 + Math.Clamp((0.009f * slow[x]) + (GainSpread * own), -0.03f, 0.03f));
            float odd = (x & 1) == 0 ? OddEven : -OddEven;
            _dark[x] = 3 + odd + (DarkSpread * Gaussian.From(Hash.At(Hash.Derive(seed, 4), x, 0)));
        }
    }

    /// <summary>Gain of each column times the light that falls on it, about 0.88..1.03.</summary>
    public ReadOnlySpan<float> Gain => _gain;

    /// <summary>Dark level of each column, gray levels.</summary>
    public ReadOnlySpan<float> Dark => _dark;

    /// <summary>Variance of all that the camera adds at a gray level: sensor noise, pattern of the columns, rounding.</summary>
    internal static float VarianceAt(float gray) =>
        (ReadNoise * ReadNoise) + (ShotVariancePerGray * gray) + (GainSpread * GainSpread * gray * gray)
        + (DarkSpread * DarkSpread) + (OddEven * OddEven) + (1f / 12);

    /// <summary>
    /// Gray levels of some columns: surface and texture under light and gain, dark level, shot and read noise, rounded.
    /// All spans have the destination's length; <paramref name="noise"/> is standard normal.
    /// </summary>
    internal static void Expose(
        ReadOnlySpan<float> mean,
        ReadOnlySpan<float> texture,
        ReadOnlySpan<float> gain,
        ReadOnlySpan<float> dark,
        float light,
        ReadOnlySpan<float> noise,
        Span<byte> destination)
    {
        Vector<float> white = new(255);
        int step = Vector<float>.Count;
        Span<int> whole = stackalloc int[step];
        int i = 0;
        for (; i + step <= destination.Length; i += step)
        {
            Vector<float> gray = ((new Vector<float>(mean[i..]) + new Vector<float>(texture[i..])) * new Vector<float>(gain[i..]) * light)
                + new Vector<float>(dark[i..]);
            gray = Vector.Min(Vector.Max(gray, Vector<float>.Zero), white);
            Vector<float> variance = (gray * ShotVariancePerGray) + new Vector<float>(ReadNoise * ReadNoise);
            gray = gray + (new Vector<float>(noise[i..]) * Vector.SquareRoot(variance)) + new Vector<float>(0.5f);
            Vector.ConvertToInt32(Vector.Min(Vector.Max(gray, Vector<float>.Zero), white)).CopyTo(whole);
            Span<byte> bytes = destination.Slice(i, step);
            for (int k = 0; k < bytes.Length; k++)
            {
                bytes[k] = (byte)whole[k];
            }
        }

        for (; i < destination.Length; i++)
        {
            float gray = Math.Clamp(((mean[i] + texture[i]) * gain[i] * light) + dark[i], 0, 255);
            gray = gray + (noise[i] * MathF.Sqrt((gray * ShotVariancePerGray) + (ReadNoise * ReadNoise))) + 0.5f;
            destination[i] = (byte)Math.Clamp(gray, 0, 255);
        }
    }
}

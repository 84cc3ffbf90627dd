namespace MpcgLine.Learning.Baselines;

/// <summary>
/// PHOT, the phase only transform (Aiger and Talbot, CVPR 2010).
/// </summary>
/// <remarks>
/// <c>F = DFT(tile)</c>; <c>F / |F|</c> for every (u, v); <c>O</c> = its inverse, smoothed by a Gaussian of sigma 3.0;
/// <c>d = |O - mean| / deviation</c>, the Mahalanobis distance in one dimension. Both are the paper's. It calls a pixel
/// defective where d exceeds 4.0; here the limit is calibrated on good images like every method's. Ours: mean and
/// deviation are taken over the inspected pixels, and magnitudes below <see cref="LeastMagnitude"/> are set to 0.
/// </remarks>
internal sealed class PhotMap : IDistanceMap
{
    /// <summary>Deviation of the smoothing, px, as published.</summary>
    public const double SmoothingSigma = 3.0;

    /// <summary>
    /// Magnitude that counts as none, gray levels. Rounding to 8 bits alone leaves 0.29 * 512 = 148 at every frequency of
    /// a real picture; below this lies nothing but the arithmetic's own error.
    /// </summary>
    public const float LeastMagnitude = 0.1f;

    // Outlines are drawn by whole levels: eight deviations fill their range.
    private const float LevelsPerDeviation = 16;

    private readonly TileSpectrum _spectrum = new();
    private readonly float[] _smoothing = new float[TileSpectrum.Size];

    public PhotMap()
    {
        for (int i = 0; i < _smoothing.Length; i++)
        {
            // The transform of a Gaussian: exp(-2 pi^2 sigma^2 f^2), f in cycles per px.
            double f = (double)TileSpectrum.Frequency(i) / TileSpectrum.Size;
            _smoothing[i] = (float)Math.Exp(-2 * Math.PI * Math.PI * SmoothingSigma * SmoothingSigma * f * f);
        }
    }

    /// <inheritdoc/>
    public void Compare(ReadOnlySpan<byte> tile, ReadOnlySpan<byte> inspected, Span<float> distance, Span<sbyte> residual)
    {
        _spectrum.Load(tile);
        Span<float> real = _spectrum.Real, imaginary = _spectrum.Imaginary;
        for (int i = 0; i < real.Length; i++)
        {
            float magnitude = MathF.Sqrt((real[i] * real[i]) + (imaginary[i] * imaginary[i]));
            float factor = magnitude < LeastMagnitude
                ? 0
                : _smoothing[i / TileSpectrum.Size] * _smoothing[i % TileSpectrum.Size] / magnitude;
            real[i] *= factor;
            imaginary[i] *= factor;
        }

        _spectrum.Restore();
        Moments moments = Moments.Of(real, inspected);
        for (int i = 0; i < real.Length; i++)
        {
            float deviations = moments.Standardised(real[i]);
            distance[i] = Math.Abs(deviations);
            residual[i] = (sbyte)Math.Clamp(MathF.Round(deviations * LevelsPerDeviation), -127, 127);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}

using MpcgLine.Learning.Baselines;

namespace MpcgLine.UnitTests.Baselines;

public sealed class TileSpectrumTests
{
    private const int Size = TileSpectrum.Size;

    [Fact]
    public void Load_OneWave_GivesItsAmplitudeAtItsFrequencyAndNothingElse()
    {
        byte[] tile = new byte[Size * Size];
        for (int i = 0; i < tile.Length; i++)
        {
            // 128 cycles are 150, 100, 50, 100 and again: nothing is rounded to 8 bits.
            tile[i] = (byte)(100 + (50 * (int)Math.Round(Math.Cos(2 * Math.PI * 128 * (i % Size) / Size))));
        }

        TileSpectrum spectrum = new();
        spectrum.Load(tile);

        // 50 cos = 25 at (128, 0) and 25 at (-128, 0), times the number of pixels.
        int up = 128 * Size, down = (Size - 128) * Size;
        Assert.Equal(25.0 * Size * Size, spectrum.Real[up], 10.0);
        Assert.Equal(25.0 * Size * Size, spectrum.Real[down], 10.0);
        spectrum.Real[up] = spectrum.Real[down] = 0;
        Assert.InRange(spectrum.Real.ToArray().Max(Math.Abs), 0, 10);
        Assert.InRange(spectrum.Imaginary.ToArray().Max(Math.Abs), 0, 10);
        Assert.Equal([128, -128], [TileSpectrum.Frequency(128), TileSpectrum.Frequency(Size - 128)]);
    }

    [Fact]
    public void Restore_WhatWasLoaded_IsTheTileWithoutItsMean()
    {
        byte[] tile = new byte[Size * Size];
        new Random(1).NextBytes(tile);
        double mean = tile.Average(level => (double)level);

        TileSpectrum spectrum = new();
        spectrum.Load(tile);
        spectrum.Restore();

        // Single precision over 18 stages of values below 128.
        for (int i = 0; i < tile.Length; i++)
        {
            Assert.Equal(tile[i] - mean, spectrum.Real[i], 0.01);
        }
    }

    [Fact]
    public void Load_AnyTile_KeepsTheEnergy()
    {
        byte[] tile = Surface.Periodic(3);
        double mean = tile.Average(level => (double)level), energy = tile.Sum(level => (level - mean) * (level - mean));

        TileSpectrum spectrum = new();
        spectrum.Load(tile);

        double power = spectrum.Real.ToArray().Sum(r => (double)r * r) + spectrum.Imaginary.ToArray().Sum(i => (double)i * i);
        Assert.Equal(1, power / Size / Size / energy, 1e-5);
    }
}

using System.Numerics;
using MpcgLine.Simulation.Noise;

namespace MpcgLine.Simulation.Rendering;

/// <summary>All textures of one part, by pixel coordinate, and the speckles of its transition zones.</summary>
internal sealed class TextureField
{
    private const int SpeckleCell = 11;

    private readonly ulong _fineSeed;
    private readonly ulong _speckleSeed;
    private readonly LatticeNoise _grain;
    private readonly LatticeNoise _brush;
    private readonly LatticeNoise _coarse;
    private readonly LatticeNoise _mottle;

    public TextureField(ulong seed)
    {
        _fineSeed = Hash.Derive(seed, 1);
        _speckleSeed = Hash.Derive(seed, 2);
        _grain = new LatticeNoise(Hash.Derive(seed, 3), 3, 3);
        _brush = new LatticeNoise(Hash.Derive(seed, 4), 2, 72);
        _coarse = new LatticeNoise(Hash.Derive(seed, 5), 5, 7);
        _mottle = new LatticeNoise(Hash.Derive(seed, 6), 56, 64);
    }

    /// <summary>
    /// Variance that survives averaging over a defect, relative to white noise, for the variances at one pixel:
    /// the mean correlation area in px.
    /// </summary>
    public float CorrelationArea(float white, float fine, float grain, float brush, float coarse)
    {
        float total = white + fine + grain + brush + coarse;
        // A streak longer than the defect counts with the defect's own length, about 24 px.
        const float brushArea = 2 * 24 * 2.1f;
        return (white + (4 * fine) + (_grain.CorrelationArea * grain) + (brushArea * brush) + (_coarse.CorrelationArea * coarse)) / total;
    }

    /// <summary>Writes the textures' sum for columns <paramref name="first"/> to <paramref name="end"/> - 1; needs the painted amplitudes.</summary>
    public void Fill(int row, int first, int end, RowBuffers buffers)
    {
        for (int start = first; start < end;)
        {
            // Blocks end at fixed columns, so the values do not depend on where a span begins.
            int stop = Math.Min(end, (start / RowBuffers.Block * RowBuffers.Block) + RowBuffers.Block);
            FillBlock(row, start, stop - start, buffers);
            start = stop;
        }
    }

    private void FillBlock(int row, int first, int count, RowBuffers buffers)
    {
        Span<float> texture = buffers.Texture.Slice(first, count);
        texture.Clear();
        AddLattice(_mottle, row, first, buffers.Mottle.Slice(first, count), texture, buffers);
        AddLattice(_grain, row, first, buffers.Grain.Slice(first, count), texture, buffers);
        AddLattice(_brush, row, first, buffers.Brush.Slice(first, count), texture, buffers);
        AddLattice(_coarse, row, first, buffers.Coarse.Slice(first, count), texture, buffers);
        AddFine(row, first, buffers.Fine.Slice(first, count), texture, buffers);
        AddSpeckles(row, first, buffers.Speckle.Slice(first, count), texture);
    }

    private static void AddLattice(LatticeNoise noise, int row, int first, Span<float> amplitude, Span<float> texture, RowBuffers buffers)
    {
        if (!amplitude.ContainsAnyExcept(0f))
        {
            return;
        }

        Span<float> values = buffers.Noise.AsSpan(0, amplitude.Length);
        noise.FillRow(row, first, values, buffers.Nodes);
        AddProduct(texture, amplitude, values);
    }

    /// <summary>White noise averaged over 2 x 2 px, as the optics leave no pixel independent.</summary>
    private void AddFine(int row, int first, Span<float> amplitude, Span<float> texture, RowBuffers buffers)
    {
        if (!amplitude.ContainsAnyExcept(0f))
        {
            return;
        }

        int aligned = first & ~3;
        int shift = first - aligned;
        Span<float> above = buffers.Noise.AsSpan(0, amplitude.Length + shift + 1);
        Span<float> below = buffers.NoiseBelow.AsSpan(0, above.Length);
        Gaussian.FillRow(_fineSeed, row, aligned, above);
        Gaussian.FillRow(_fineSeed, row + 1, aligned, below);
        above = above[shift..];
        below = below[shift..];
        int i = 0;
        for (; i + Vector<float>.Count <= amplitude.Length; i += Vector<float>.Count)
        {
            Vector<float> sum = new Vector<float>(above[i..]) + new Vector<float>(above[(i + 1)..])
                + new Vector<float>(below[i..]) + new Vector<float>(below[(i + 1)..]);
            (new Vector<float>(texture[i..]) + (new Vector<float>(amplitude[i..]) * (sum * 0.5f))).CopyTo(texture[i..]);
        }

        for (; i < amplitude.Length; i++)
        {
            texture[i] += amplitude[i] * ((above[i] + above[i + 1] + below[i] + below[i + 1]) * 0.5f);
        }
    }

    /// <summary>Adds amplitude times value. Whole vectors and single columns give the same bits: nothing is fused.</summary>
    private static void AddProduct(Span<float> texture, ReadOnlySpan<float> amplitude, ReadOnlySpan<float> values)
    {
        int i = 0;
        for (; i + Vector<float>.Count <= values.Length; i += Vector<float>.Count)
        {
            (new Vector<float>(texture[i..]) + (new Vector<float>(amplitude[i..]) * new Vector<float>(values[i..]))).CopyTo(texture[i..]);
        }

        for (; i < values.Length; i++)
        {
            texture[i] += amplitude[i] * values[i];
        }
    }

    /// <summary>At most one speckle per cell, 1 to 3 px across, dark or bright, away from the cell's border.</summary>
    private void AddSpeckles(int row, int first, Span<float> amplitude, Span<float> texture)
    {
        int start = amplitude.IndexOfAnyExcept(0f);
        if (start < 0)
        {
            return;
        }

        int last = amplitude.LastIndexOfAnyExcept(0f);
        int cellRow = row / SpeckleCell;
        for (int cell = (first + start) / SpeckleCell; cell <= (first + last) / SpeckleCell; cell++)
        {
            ulong bits = Hash.At(_speckleSeed, cell, cellRow);
            if ((bits & 0xFF) > 110)
            {
                continue;
            }

            float centreX = (cell * SpeckleCell) + 2.5f + (((bits >> 8) & 0xFF) * (5f / 255));
            float centreY = (cellRow * SpeckleCell) + 2.5f + (((bits >> 16) & 0xFF) * (5f / 255));
            float radius = 0.5f + (((bits >> 24) & 0xFF) * (0.9f / 255));
            float contrast = (14 + (((bits >> 32) & 0xFF) * (26f / 255))) * (((bits >> 40) & 1) == 0 ? 1 : -1);
            int from = Math.Max(0, (int)MathF.Floor(centreX - 2.4f) - first);
            int to = Math.Min(amplitude.Length - 1, (int)MathF.Ceiling(centreX + 2.4f) - first);
            for (int i = from; i <= to; i++)
            {
                float dx = first + i - centreX;
                float dy = row - centreY;
                float coverage = Math.Clamp(radius + 0.6f - MathF.Sqrt((dx * dx) + (dy * dy)), 0, 1.2f) / 1.2f;
                texture[i] += contrast * coverage * amplitude[i];
            }
        }
    }
}

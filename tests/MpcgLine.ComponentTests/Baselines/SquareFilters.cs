using System.Numerics;
using MpcgLine.Inspection.Tiling;

namespace MpcgLine.ComponentTests.Baselines;

/// <summary>Separable filters over a tile, <c>[512, 512]</c>; beyond its border lie zeros.</summary>
internal static class SquareFilters
{
    private const int Size = TileGrid.Size;

    private interface IStep
    {
        static abstract Vector<float> Add(Vector<float> sofar, Vector<float> value, Vector<float> weight);
    }

    /// <summary>The same weights along lines and columns; an odd number of them.</summary>
    public static void Convolve(float[] source, float[] target, float[] weights) => Filter<Sum>(source, target, weights);

    /// <summary>Largest value of the square around each pixel; no value is negative.</summary>
    public static void Maximum(float[] source, float[] target, int radius) =>
        Filter<Most>(source, target, new float[(2 * radius) + 1]);

    private static void Filter<T>(float[] source, float[] target, float[] weights)
        where T : struct, IStep
    {
        int radius = weights.Length / 2;
        float[] padded = new float[Size + (2 * radius)];
        float[] lines = new float[Size * Size];
        for (int y = 0; y < Size; y++)
        {
            source.AsSpan(y * Size, Size).CopyTo(padded.AsSpan(radius));
            for (int x = 0; x < Size; x += Vector<float>.Count)
            {
                Vector<float> result = Vector<float>.Zero;
                for (int k = 0; k < weights.Length; k++)
                {
                    result = T.Add(result, new Vector<float>(padded, x + k), new Vector<float>(weights[k]));
                }

                result.CopyTo(lines, (y * Size) + x);
            }
        }

        for (int y = 0; y < Size; y++)
        {
            int first = Math.Max(0, y - radius), last = Math.Min(Size - 1, y + radius);
            for (int x = 0; x < Size; x += Vector<float>.Count)
            {
                Vector<float> result = Vector<float>.Zero;
                for (int line = first; line <= last; line++)
                {
                    result = T.Add(result, new Vector<float>(lines, (line * Size) + x), new Vector<float>(weights[line - y + radius]));
                }

                result.CopyTo(target, (y * Size) + x);
            }
        }
    }

    private readonly struct Sum : IStep
    {
        public static Vector<float> Add(Vector<float> sofar, Vector<float> value, Vector<float> weight) => sofar + (value * weight);
    }

    private readonly struct Most : IStep
    {
        public static Vector<float> Add(Vector<float> sofar, Vector<float> value, Vector<float> weight) => Vector.Max(sofar, value);
    }
}

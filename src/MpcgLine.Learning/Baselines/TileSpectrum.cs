using System.Numerics;
using System.Runtime.InteropServices;
using MpcgLine.Inspection.Tiling;

namespace MpcgLine.Learning.Baselines;

/// <summary>
/// The two-dimensional discrete Fourier transform of a tile, and back: radix 2, along columns, twice, with a
/// transposition between. One caller at a time.
/// </summary>
internal sealed class TileSpectrum
{
    /// <summary>Edge of the tile, and frequencies in either direction.</summary>
    public const int Size = TileRowFindings.TileSize;

    private readonly float[] _real = new float[Size * Size];
    private readonly float[] _imaginary = new float[Size * Size];
    private readonly float[] _cosines = new float[Size / 2];
    private readonly float[] _sines = new float[Size / 2];

    public TileSpectrum()
    {
        for (int k = 0; k < Size / 2; k++)
        {
            _cosines[k] = (float)Math.Cos(2 * Math.PI * k / Size);
            _sines[k] = (float)Math.Sin(2 * Math.PI * k / Size);
        }
    }

    /// <summary>
    /// Real parts, <c>[512, 512]</c>: after <see cref="Load"/> of frequency (u, v), u counting cycles across; after
    /// <see cref="Restore"/> the picture, line by line.
    /// </summary>
    public Span<float> Real => _real;

    /// <summary>Imaginary parts.</summary>
    public Span<float> Imaginary => _imaginary;

    /// <summary>Cycles per tile of an index, negative ones in the upper half: -256..255.</summary>
    public static int Frequency(int index) => index < Size / 2 ? index : index - Size;

    /// <summary>Transforms a tile from which its mean has been taken: what is left of frequency 0 would only round away the rest.</summary>
    public void Load(ReadOnlySpan<byte> tile)
    {
        long sum = 0;
        foreach (byte level in tile)
        {
            sum += level;
        }

        float mean = (float)sum / tile.Length;
        for (int i = 0; i < tile.Length; i++)
        {
            _real[i] = tile[i] - mean;
        }

        Array.Clear(_imaginary);
        Transform(sign: -1);
    }

    /// <summary>Transforms back.</summary>
    public void Restore()
    {
        Transform(sign: 1);
        const float scale = 1f / (Size * Size);
        for (int i = 0; i < _real.Length; i++)
        {
            _real[i] *= scale;
        }
    }

    private void Transform(int sign)
    {
        AlongColumns(sign);
        Transpose(_real);
        Transpose(_imaginary);
        AlongColumns(sign);
    }

    private void AlongColumns(int sign)
    {
        for (int i = 0; i < Size; i++)
        {
            int reversed = (int)(ReverseBits((uint)i) >> (32 - BitOperations.Log2(Size)));
            if (i < reversed)
            {
                Swap(Row(_real, i), Row(_real, reversed));
                Swap(Row(_imaginary, i), Row(_imaginary, reversed));
            }
        }

        for (int half = 1; half < Size; half *= 2)
        {
            for (int first = 0; first < Size; first += 2 * half)
            {
                for (int k = 0; k < half; k++)
                {
                    int turn = k * (Size / 2 / half);
                    Combine(first + k, first + k + half, _cosines[turn], sign * _sines[turn]);
                }
            }
        }
    }

    /// <summary>One butterfly for all columns: (a, b) becomes (a + wb, a - wb).</summary>
    private void Combine(int a, int b, float cosine, float sine)
    {
        Span<Vector<float>> ar = Vectors(_real, a), ai = Vectors(_imaginary, a), br = Vectors(_real, b), bi = Vectors(_imaginary, b);
        Vector<float> c = new(cosine), s = new(sine);
        for (int x = 0; x < ar.Length; x++)
        {
            Vector<float> real = (br[x] * c) - (bi[x] * s), imaginary = (br[x] * s) + (bi[x] * c);
            br[x] = ar[x] - real;
            bi[x] = ai[x] - imaginary;
            ar[x] += real;
            ai[x] += imaginary;
        }
    }

    private static Span<float> Row(float[] values, int row) => values.AsSpan(row * Size, Size);

    private static Span<Vector<float>> Vectors(float[] values, int row) => MemoryMarshal.Cast<float, Vector<float>>(Row(values, row));

    private static void Swap(Span<float> a, Span<float> b)
    {
        for (int x = 0; x < a.Length; x++)
        {
            (a[x], b[x]) = (b[x], a[x]);
        }
    }

    private static uint ReverseBits(uint value)
    {
        uint reversed = 0;
        for (int bit = 0; bit < 32; bit++)
        {
            reversed = (reversed << 1) | ((value >> bit) & 1);
        }

        return reversed;
    }

    private static void Transpose(float[] values)
    {
        for (int y = 0; y < Size; y++)
        {
            for (int x = y + 1; x < Size; x++)
            {
                (values[(y * Size) + x], values[(x * Size) + y]) = (values[(x * Size) + y], values[(y * Size) + x]);
            }
        }
    }
}

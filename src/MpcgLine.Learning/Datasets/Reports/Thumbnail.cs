using System.Numerics;
using System.Runtime.InteropServices;
using MpcgLine.Inspection.Primitives;

namespace MpcgLine.Learning.Datasets.Reports;

/// <summary>
/// An image at 32 x 32 px without its slow changes of light. Gain, offset and noise hardly change how two of them
/// correlate; another part's texture does.
/// </summary>
internal sealed class Thumbnail
{
    private const int Edge = 32;

    // What changes over a quarter of the image is lighting, which all images of a place share.
    private const int Reach = 4;

    // What fewer images share may be the part itself.
    private const int FewestWithACommonView = 4;

    private readonly float[] _values;
    private readonly float _length;

    private Thumbnail(float[] values)
    {
        _values = values;
        _length = MathF.Sqrt(Dot(values, values));
    }

    /// <summary>Makes one.</summary>
    /// <param name="image">At least 32 x 32 px.</param>
    public static Thumbnail Of(GrayImage image)
    {
        float[] means = Means(image);
        float[] values = new float[means.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = means[i] - Around(means, i % Edge, i / Edge);
        }

        return new Thumbnail(values);
    }

    /// <summary>
    /// The same without what all images show: a printed layout, or the belt beside a web, makes every image resemble
    /// every other. Thumbnails of fewer than 4 images stay as they are.
    /// </summary>
    public static IReadOnlyList<Thumbnail> WithoutCommonView(IReadOnlyList<Thumbnail> thumbnails)
    {
        if (thumbnails.Count < FewestWithACommonView)
        {
            return thumbnails;
        }

        float[] common = new float[Edge * Edge], cell = new float[thumbnails.Count];
        for (int i = 0; i < common.Length; i++)
        {
            for (int image = 0; image < cell.Length; image++)
            {
                cell[image] = thumbnails[image]._values[i];
            }

            Array.Sort(cell);
            common[i] = (cell[(cell.Length - 1) / 2] + cell[cell.Length / 2]) / 2;
        }

        return [.. thumbnails.Select(t => new Thumbnail([.. t._values.Zip(common, (value, shared) => value - shared)]))];
    }

    /// <summary>Correlation, -1 to 1; 0 where either shows nothing of its own.</summary>
    public float Resemblance(Thumbnail other)
    {
        float lengths = _length * other._length;
        return lengths > 0 ? Dot(_values, other._values) / lengths : 0;
    }

    private static float[] Means(GrayImage image)
    {
        float[] means = new float[Edge * Edge];
        for (int cell = 0; cell < means.Length; cell++)
        {
            int left = cell % Edge * image.Width / Edge, right = ((cell % Edge) + 1) * image.Width / Edge;
            int top = cell / Edge * image.Height / Edge, bottom = ((cell / Edge) + 1) * image.Height / Edge;
            long sum = 0;
            for (int y = top; y < bottom; y++)
            {
                foreach (byte level in image.Row(y)[left..right])
                {
                    sum += level;
                }
            }

            means[cell] = (float)sum / ((right - left) * (bottom - top));
        }

        return means;
    }

    private static float Around(float[] means, int x, int y)
    {
        float sum = 0;
        int count = 0;
        for (int v = Math.Max(0, y - Reach); v <= Math.Min(Edge - 1, y + Reach); v++)
        {
            for (int u = Math.Max(0, x - Reach); u <= Math.Min(Edge - 1, x + Reach); u++)
            {
                sum += means[(v * Edge) + u];
                count++;
            }
        }

        return sum / count;
    }

    private static float Dot(float[] a, float[] b)
    {
        ReadOnlySpan<Vector<float>> left = MemoryMarshal.Cast<float, Vector<float>>(a), right = MemoryMarshal.Cast<float, Vector<float>>(b);
        Vector<float> sum = default;
        for (int i = 0; i < left.Length; i++)
        {
            sum += left[i] * right[i];
        }

        return Vector.Sum(sum);
    }
}

namespace MpcgLine.Learning.Baselines;

/// <summary>Levels of a Gaussian pyramid (Burt and Adelson 1983), borders reflected.</summary>
internal static class GrayPyramid
{
    private const int Reach = 2;

    private static readonly float[] Weights = [1 / 16f, 4 / 16f, 6 / 16f, 4 / 16f, 1 / 16f];

    /// <summary>Halves a square picture: weights 1 4 6 4 1 in either direction, every second pixel.</summary>
    /// <param name="source"><c>[size, size]</c>.</param>
    /// <param name="size">Even, at least 4.</param>
    /// <param name="target"><c>[size / 2, size / 2]</c>, overwritten.</param>
    public static void Halve(ReadOnlySpan<float> source, int size, Span<float> target)
    {
        int half = size / 2;
        float[] lines = new float[size * half];
        for (int y = 0; y < size; y++)
        {
            for (int x = 0; x < half; x++)
            {
                float sum = 0;
                for (int k = -Reach; k <= Reach; k++)
                {
                    sum += Weights[k + Reach] * source[(y * size) + Reflect((2 * x) + k, size)];
                }

                lines[(y * half) + x] = sum;
            }
        }

        for (int y = 0; y < half; y++)
        {
            for (int x = 0; x < half; x++)
            {
                float sum = 0;
                for (int k = -Reach; k <= Reach; k++)
                {
                    sum += Weights[k + Reach] * lines[(Reflect((2 * y) + k, size) * half) + x];
                }

                target[(y * half) + x] = sum;
            }
        }
    }

    private static int Reflect(int index, int size) => index < 0 ? -index : index < size ? index : (2 * (size - 1)) - index;
}

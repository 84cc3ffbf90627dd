namespace MpcgLine.Learning.Baselines;

/// <summary>Lloyd's algorithm.</summary>
internal static class KMeans
{
    private const int Rounds = 10;

    /// <summary>Centres of points.</summary>
    /// <param name="points"><c>[N, dimensions]</c>, N at least <paramref name="count"/>.</param>
    /// <param name="dimensions">Numbers of one point.</param>
    /// <param name="count">Centres.</param>
    /// <param name="random">Draws the points the centres start from.</param>
    /// <returns><c>[count, dimensions]</c>.</returns>
    public static float[] Centres(ReadOnlySpan<float> points, int dimensions, int count, Random random)
    {
        int[] order = [.. Enumerable.Range(0, points.Length / dimensions)];
        random.Shuffle(order);
        float[] centres = new float[count * dimensions];
        for (int k = 0; k < count; k++)
        {
            points.Slice(order[k] * dimensions, dimensions).CopyTo(centres.AsSpan(k * dimensions));
        }

        for (int round = 0; round < Rounds; round++)
        {
            Move(points, dimensions, centres);
        }

        return centres;
    }

    /// <summary>Every centre goes to the mean of the points it is nearest to; one without any stays.</summary>
    private static void Move(ReadOnlySpan<float> points, int dimensions, float[] centres)
    {
        double[] sums = new double[centres.Length];
        int[] members = new int[centres.Length / dimensions];
        for (int first = 0; first < points.Length; first += dimensions)
        {
            ReadOnlySpan<float> point = points.Slice(first, dimensions);
            int nearest = Nearest(point, centres);
            members[nearest]++;
            for (int d = 0; d < dimensions; d++)
            {
                sums[(nearest * dimensions) + d] += point[d];
            }
        }

        for (int i = 0; i < centres.Length; i++)
        {
            int member = members[i / dimensions];
            centres[i] = member > 0 ? (float)(sums[i] / member) : centres[i];
        }
    }

    private static int Nearest(ReadOnlySpan<float> point, float[] centres)
    {
        (int nearest, float least) = (0, float.PositiveInfinity);
        for (int k = 0; k < centres.Length / point.Length; k++)
        {
            float distance = 0;
            for (int d = 0; d < point.Length; d++)
            {
                float difference = point[d] - centres[(k * point.Length) + d];
                distance += difference * difference;
            }

            (nearest, least) = distance < least ? (k, distance) : (nearest, least);
        }

        return nearest;
    }
}

namespace MpcgLine.Simulation.Noise;

/// <summary>Zero-mean, unit-variance texture: normal values on a lattice, joined by cubic B-splines.</summary>
internal sealed class LatticeNoise
{
    // The square integral of a cubic B-spline is 151/315; two axes, hence this factor to unit variance.
    private const float Normalisation = 315f / 151f;

    private readonly ulong _seed;
    private readonly int _stepX;
    private readonly int _stepY;
    private readonly float[] _weightsX;
    private readonly float[] _weightsY;

    /// <summary>Lattice spacing in px; correlation reaches about 1.4 steps.</summary>
    public LatticeNoise(ulong seed, int stepX, int stepY)
    {
        _seed = seed;
        _stepX = stepX;
        _stepY = stepY;
        _weightsX = SplineWeights(stepX);
        _weightsY = SplineWeights(stepY);
    }

    /// <summary>Area in px over which values are correlated: the ratio of the variance of a large sum to that of single pixels.</summary>
    public float CorrelationArea => _stepX * _stepY * Normalisation * Normalisation;

    /// <summary>Values of a row from <paramref name="firstColumn"/> on. <paramref name="nodes"/> is scratch of at least length / step + 5.</summary>
    public void FillRow(int row, int firstColumn, Span<float> destination, Span<float> nodes)
    {
        int nodeRow = row / _stepY;
        ReadOnlySpan<float> wy = _weightsY.AsSpan(4 * (row - (nodeRow * _stepY)), 4);
        int firstNode = firstColumn / _stepX;
        int nodeCount = ((firstColumn + destination.Length - 1) / _stepX) - firstNode + 4;
        for (int i = 0; i < nodeCount; i++)
        {
            int column = firstNode + i;
            nodes[i] = Normalisation * ((wy[0] * Node(column, nodeRow)) + (wy[1] * Node(column, nodeRow + 1))
                + (wy[2] * Node(column, nodeRow + 2)) + (wy[3] * Node(column, nodeRow + 3)));
        }

        int phase = firstColumn - (firstNode * _stepX);
        int node = 0;
        float[] wx = _weightsX;
        for (int i = 0; i < destination.Length; i++)
        {
            int w = 4 * phase;
            destination[i] = (wx[w] * nodes[node]) + (wx[w + 1] * nodes[node + 1]) + (wx[w + 2] * nodes[node + 2]) + (wx[w + 3] * nodes[node + 3]);
            if (++phase == _stepX)
            {
                phase = 0;
                node++;
            }
        }
    }

    private static float[] SplineWeights(int step)
    {
        float[] weights = new float[4 * step];
        for (int phase = 0; phase < step; phase++)
        {
            float t = (float)phase / step;
            weights[4 * phase] = (1 - t) * (1 - t) * (1 - t) / 6;
            weights[(4 * phase) + 1] = ((3 * t * t * t) - (6 * t * t) + 4) / 6;
            weights[(4 * phase) + 2] = ((-3 * t * t * t) + (3 * t * t) + (3 * t) + 1) / 6;
            weights[(4 * phase) + 3] = t * t * t / 6;
        }

        return weights;
    }

    private float Node(int column, int row) => Gaussian.From(Hash.At(_seed, column, row));
}

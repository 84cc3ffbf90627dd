using System.Numerics;

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
        int rowPhase = row - (nodeRow * _stepY);
        float w0 = Normalisation * _weightsY[rowPhase];
        float w1 = Normalisation * _weightsY[_stepY + rowPhase];
        float w2 = Normalisation * _weightsY[(2 * _stepY) + rowPhase];
        float w3 = Normalisation * _weightsY[(3 * _stepY) + rowPhase];
        int firstNode = firstColumn / _stepX;
        int nodeCount = ((firstColumn + destination.Length - 1) / _stepX) - firstNode + 4;
        for (int i = 0; i < nodeCount; i++)
        {
            int column = firstNode + i;
            nodes[i] = (w0 * Node(column, nodeRow)) + (w1 * Node(column, nodeRow + 1))
                + (w2 * Node(column, nodeRow + 2)) + (w3 * Node(column, nodeRow + 3));
        }

        int phase = firstColumn - (firstNode * _stepX);
        for (int node = 0, i = 0; i < destination.Length; node++, phase = 0)
        {
            int count = Math.Min(_stepX - phase, destination.Length - i);
            FillCell(destination.Slice(i, count), nodes.Slice(node, 4), phase);
            i += count;
        }
    }

    /// <summary>Values between two nodes, eight and more at a time where the lattice is wide enough.</summary>
    private void FillCell(Span<float> destination, ReadOnlySpan<float> nodes, int phase)
    {
        ReadOnlySpan<float> w0 = _weightsX.AsSpan(phase, destination.Length);
        ReadOnlySpan<float> w1 = _weightsX.AsSpan(_stepX + phase, destination.Length);
        ReadOnlySpan<float> w2 = _weightsX.AsSpan((2 * _stepX) + phase, destination.Length);
        ReadOnlySpan<float> w3 = _weightsX.AsSpan((3 * _stepX) + phase, destination.Length);
        float n0 = nodes[0], n1 = nodes[1], n2 = nodes[2], n3 = nodes[3];
        int i = 0;
        for (; i + Vector<float>.Count <= destination.Length; i += Vector<float>.Count)
        {
            Vector<float> sum = (new Vector<float>(w0[i..]) * n0) + (new Vector<float>(w1[i..]) * n1)
                + (new Vector<float>(w2[i..]) * n2) + (new Vector<float>(w3[i..]) * n3);
            sum.CopyTo(destination[i..]);
        }

        for (; i < destination.Length; i++)
        {
            destination[i] = (w0[i] * n0) + (w1[i] * n1) + (w2[i] * n2) + (w3[i] * n3);
        }
    }

    /// <summary><c>[4, step]</c>: weight of each of the four nodes at each phase.</summary>
    private static float[] SplineWeights(int step)
    {
        float[] weights = new float[4 * step];
        for (int phase = 0; phase < step; phase++)
        {
            float t = (float)phase / step;
            weights[phase] = (1 - t) * (1 - t) * (1 - t) / 6;
            weights[step + phase] = ((3 * t * t * t) - (6 * t * t) + 4) / 6;
            weights[(2 * step) + phase] = ((-3 * t * t * t) + (3 * t * t) + (3 * t) + 1) / 6;
            weights[(3 * step) + phase] = t * t * t / 6;
        }

        return weights;
    }

    private float Node(int column, int row) => Gaussian.From(Hash.At(_seed, column, row));
}

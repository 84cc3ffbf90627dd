namespace MpcgLine.Inspection.Stitching;

/// <summary>A bounded set of points on one edge, and the straight line through most of them.</summary>
internal sealed class EdgePoints(int capacity)
{
    private const int Rounds = 4;

    private readonly double[] _along = new double[capacity];
    private readonly double[] _position = new double[capacity];
    private readonly double[] _sorted = new double[capacity];

    /// <summary>Points held.</summary>
    public int Count { get; private set; }

    /// <summary>Forgets all points.</summary>
    public void Clear() => Count = 0;

    /// <summary>Adds a point.</summary>
    public void Add(double along, double position)
    {
        _along[Count] = along;
        _position[Count++] = position;
    }

    /// <summary>
    /// Least squares over the points within three median distances of the line, starting from the line of the median
    /// slope, which outliers do not move.
    /// </summary>
    /// <returns>Null with fewer points than asked for, or when the line is steeper than allowed.</returns>
    public EdgeLine? Fit(int fewestPoints, double largestSlope)
    {
        if (Count < fewestPoints)
        {
            return null;
        }

        EdgeLine line = MedianLine();
        for (int round = 0; round < Rounds; round++)
        {
            double limit = Math.Max(0.75, 3 * MedianDistance(line));
            LineFit fit = default;
            for (int i = 0; i < Count; i++)
            {
                if (Math.Abs(_position[i] - line.At(_along[i])) <= limit)
                {
                    fit.Add(_along[i], _position[i]);
                }
            }

            line = fit.Count >= fewestPoints ? fit.Line() ?? line : line;
        }

        return Math.Abs(line.Slope) <= largestSlope ? line : null;
    }

    // Slope: median over pairs half the points apart; offset: median of what remains.
    private EdgeLine MedianLine()
    {
        int half = Count / 2;
        for (int i = 0; i < half; i++)
        {
            _sorted[i] = (_position[i + half] - _position[i]) / (_along[i + half] - _along[i]);
        }

        double slope = Median(half);
        for (int i = 0; i < Count; i++)
        {
            _sorted[i] = _position[i] - (slope * _along[i]);
        }

        return new EdgeLine(Median(Count), slope);
    }

    private double MedianDistance(EdgeLine line)
    {
        for (int i = 0; i < Count; i++)
        {
            _sorted[i] = Math.Abs(_position[i] - line.At(_along[i]));
        }

        return Median(Count);
    }

    private double Median(int count)
    {
        Array.Sort(_sorted, 0, count);
        return _sorted[count / 2];
    }
}

namespace MpcgLine.Inspection.Stitching;

/// <summary>Running least-squares fit of an <see cref="EdgeLine"/>; a value, allocation-free.</summary>
internal struct LineFit
{
    private double _n;
    private double _along;
    private double _position;
    private double _alongAlong;
    private double _alongPosition;

    /// <summary>Points added.</summary>
    public readonly int Count => (int)_n;

    /// <summary>Adds a point.</summary>
    public void Add(double along, double position)
    {
        _n++;
        _along += along;
        _position += position;
        _alongAlong += along * along;
        _alongPosition += along * position;
    }

    /// <summary>Adds a line seen between two places along it, so that lines of several tile rows become one.</summary>
    public void Add(EdgeLine line, double from, double to)
    {
        Add(from, line.At(from));
        Add(to, line.At(to));
    }

    /// <summary>The fitted line; level through the mean when the points do not spread. Null without a point.</summary>
    public readonly EdgeLine? Line()
    {
        if (_n == 0)
        {
            return null;
        }

        double spread = _alongAlong - (_along * _along / _n);
        double slope = spread > 1e-9 ? (_alongPosition - (_along * _position / _n)) / spread : 0;
        return new EdgeLine((_position - (slope * _along)) / _n, slope);
    }
}

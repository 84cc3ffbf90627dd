namespace MpcgLine.Simulation.Layout;

/// <summary>One line of printed characters.</summary>
internal sealed class Text : Shape
{
    private readonly float _left;
    private readonly float _cell;
    private readonly float _radius;
    private readonly (float U0, float V0, float U1, float V1)[][] _strokes;

    /// <summary>Lays out a line; <paramref name="height"/> and the half stroke width in units of one column.</summary>
    public Text(string line, float left, float top, float height, float radius)
    {
        float unit = height / 6;
        _left = left;
        _cell = 6 * unit;
        _radius = radius;
        _strokes = [.. line.Select((character, index) => StrokeFont.Segments(character)
            .Select(s => (left + (index * _cell) + (s.U0 * unit), top + (s.V0 * unit), left + (index * _cell) + (s.U1 * unit), top + (s.V1 * unit)))
            .ToArray())];
        Bounds = new Bounds(left - radius, top - radius, left + (line.Length * _cell), top + height + radius);
    }

    /// <summary>Space that one character takes across, per unit of height.</summary>
    public static float Pitch => 1;

    /// <inheritdoc/>
    public override Bounds Bounds { get; }

    /// <inheritdoc/>
    public override float Distance(float u, float v)
    {
        int index = (int)MathF.Floor((u - _left) / _cell);
        // Characters beyond the neighbours are at least a cell's gap away.
        float best = _cell * _cell / 9;
        for (int i = Math.Max(0, index - 1); i <= Math.Min(_strokes.Length - 1, index + 1); i++)
        {
            foreach ((float u0, float v0, float u1, float v1) in _strokes[i])
            {
                best = MathF.Min(best, SquaredDistance(u, v, u0, v0, u1, v1));
            }
        }

        return MathF.Sqrt(best) - _radius;
    }

    private static float SquaredDistance(float u, float v, float u0, float v0, float u1, float v1)
    {
        float du = u1 - u0;
        float dv = v1 - v0;
        float t = Math.Clamp((((u - u0) * du) + ((v - v0) * dv)) / ((du * du) + (dv * dv)), 0, 1);
        float a = u - u0 - (t * du);
        float b = v - v0 - (t * dv);
        return (a * a) + (b * b);
    }
}

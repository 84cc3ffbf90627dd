namespace MpcgLine.Inspection.Stitching;

/// <summary>
/// The part of a panel that is inspected, as four straight bounds in panel px; a pixel centre on or inside all of them
/// is inspected.
/// </summary>
/// <param name="Left">Smallest column, along the line index.</param>
/// <param name="Right">Largest column, along the line index.</param>
/// <param name="Leading">Smallest line, along the column.</param>
/// <param name="Trailing">Largest line, along the column.</param>
public readonly record struct InspectedArea(EdgeLine Left, EdgeLine Right, EdgeLine Leading, EdgeLine Trailing)
{
    /// <summary>Radius of the round corners at the leading edge, px; 0 for sharp ones.</summary>
    public double LeadingRadius { get; init; }

    /// <summary>Radius of the round corners at the trailing edge, px; 0 for sharp ones.</summary>
    public double TrailingRadius { get; init; }

    /// <summary>Every pixel of a panel.</summary>
    public static InspectedArea Whole(int width, int length) =>
        new(new EdgeLine(0, 0), new EdgeLine(width - 1, 0), new EdgeLine(0, 0), new EdgeLine(length - 1, 0));

    /// <summary>No pixel.</summary>
    public static InspectedArea Nothing => new(new EdgeLine(0, 0), new EdgeLine(-1, 0), new EdgeLine(0, 0), new EdgeLine(-1, 0));

    /// <summary>Inspected columns of a line, first and first behind; empty when equal. Not clipped to the panel.</summary>
    /// <param name="line">Line index.</param>
    /// <param name="width">Panel width; the interval lies in 0..width.</param>
    public (int First, int End) Columns(int line, int width)
    {
        double first = Math.Max(0, Left.At(line));
        double last = Math.Min(width - 1, Right.At(line));
        Restrict(Leading.Offset - line, Leading.Slope, ref first, ref last);
        Restrict(line - Trailing.Offset, -Trailing.Slope, ref first, ref last);
        if (LeadingRadius > 0 || TrailingRadius > 0)
        {
            first += RoundOff(line, first);
            last -= RoundOff(line, last);
        }

        if (last < first)
        {
            return (0, 0);
        }

        int from = (int)Math.Ceiling(first);
        int to = (int)Math.Floor(last) + 1;
        return from < to ? (from, to) : (0, 0);
    }

    /// <summary>Whether a point in panel px is inspected.</summary>
    public bool Contains(double x, double y) =>
        x >= Left.At(y) && x <= Right.At(y) && y >= Leading.At(x) && y <= Trailing.At(x);

    // Columns that the round corner beside column x takes from a line.
    private double RoundOff(int line, double x) =>
        Math.Max(RoundOff(LeadingRadius, line - Leading.At(x)), RoundOff(TrailingRadius, Trailing.At(x) - line));

    private static double RoundOff(double radius, double depth)
    {
        double rise = Math.Clamp(radius - depth, 0, radius);
        return radius - Math.Sqrt((radius * radius) - (rise * rise));
    }

    // Keeps the columns x for which offset + slope * x <= 0.
    private static void Restrict(double offset, double slope, ref double first, ref double last)
    {
        if (slope > 0)
        {
            last = Math.Min(last, -offset / slope);
        }
        else if (slope < 0)
        {
            first = Math.Max(first, -offset / slope);
        }
        else if (offset > 0)
        {
            last = -1;
        }
    }
}

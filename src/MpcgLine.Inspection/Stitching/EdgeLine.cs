namespace MpcgLine.Inspection.Stitching;

/// <summary>
/// A nearly axis-parallel straight line in panel px: <c>position = Offset + Slope * along</c>. For the left and right
/// edges of a part the position is a column and <c>along</c> the line index, for leading and trailing edges the reverse.
/// </summary>
/// <param name="Offset">Position where along = 0.</param>
/// <param name="Slope">Change of position per px along.</param>
public readonly record struct EdgeLine(double Offset, double Slope)
{
    /// <summary>Position at a place along the line.</summary>
    public double At(double along) => Offset + (Slope * along);

    /// <summary>The parallel line at <paramref name="distance"/> px further on.</summary>
    public EdgeLine Shift(double distance) => new(Offset + distance, Slope);
}

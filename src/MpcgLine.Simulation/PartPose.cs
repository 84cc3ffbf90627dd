using MpcgLine.Inspection.Primitives;

namespace MpcgLine.Simulation;

/// <summary>Where a part lies in its panel.</summary>
/// <param name="CornerX">Column of the leading-left corner of the part's enclosing rectangle, panel px.</param>
/// <param name="CornerY">Row of that corner, panel px; row 0 is the leading side.</param>
/// <param name="RotationRadians">Rotation about that corner, from the columns' direction towards travel.</param>
public readonly record struct PartPose(double CornerX, double CornerY, double RotationRadians)
{
    /// <summary>Millimetres in the part's frame (x across, y along travel) of a place in the panel.</summary>
    public (double X, double Y) ToPartMillimetres(double column, double row, PixelPitch pitch)
    {
        double across = (column - CornerX) * pitch.XMicrometres / 1000;
        double along = (row - CornerY) * pitch.YMicrometres / 1000;
        (double sin, double cos) = Math.SinCos(RotationRadians);
        return ((cos * across) + (sin * along), (cos * along) - (sin * across));
    }
}

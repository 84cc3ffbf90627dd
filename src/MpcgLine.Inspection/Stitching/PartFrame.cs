using MpcgLine.Inspection.Primitives;

namespace MpcgLine.Inspection.Stitching;

/// <summary>
/// The part's own coordinate frame in millimetres: origin at its leading-left corner, Y along its left edge, X across.
/// Built from pixel pitches that differ in X and Y; the rotation is corrected on the part, not in pixels, because
/// an angle between pixel axes of different pitch is none.
/// </summary>
internal readonly struct PartFrame
{
    private readonly double _cornerX;
    private readonly double _cornerY;
    private readonly double _alongX;
    private readonly double _alongY;
    private readonly double _pitchX;
    private readonly double _pitchY;

    private PartFrame(double cornerX, double cornerY, double alongX, double alongY, PixelPitch pitch)
    {
        _pitchX = pitch.XMicrometres / 1000;
        _pitchY = pitch.YMicrometres / 1000;
        _cornerX = cornerX;
        _cornerY = cornerY;
        double x = alongX * _pitchX;
        double y = alongY * _pitchY;
        double length = Math.Sqrt((x * x) + (y * y));
        _alongX = x / length;
        _alongY = y / length;
    }

    /// <summary>Area of one pixel, square millimetres.</summary>
    public double PixelArea => _pitchX * _pitchY;

    /// <summary>
    /// The frame of a part. Pixel borders, not centres, bound it: a part filling the image has its corner at (-0.5, -0.5).
    /// </summary>
    /// <param name="left">Left edge, or null when the part fills the image on that side.</param>
    /// <param name="leading">Leading edge, or null likewise.</param>
    /// <param name="pitch">Pixel pitch.</param>
    public static PartFrame Of(EdgeLine? left, EdgeLine? leading, PixelPitch pitch)
    {
        EdgeLine across = leading ?? new EdgeLine(-0.5, 0);
        EdgeLine along = left ?? new EdgeLine(-0.5, 0);
        double y = (across.Offset + (across.Slope * along.Offset)) / (1 - (across.Slope * along.Slope));
        double x = along.At(y);
        if (left is null && leading is { } tilted)
        {
            // Without a left edge the rotation is the leading edge's: its perpendicular on the part.
            double ratio = pitch.YMicrometres / pitch.XMicrometres;
            return new PartFrame(x, y, -tilted.Slope * ratio * ratio, 1, pitch);
        }

        return new PartFrame(x, y, along.Slope, 1, pitch);
    }

    /// <summary>Position on the part of a point in panel px.</summary>
    public (double X, double Y) ToMillimetres(double x, double y)
    {
        double dx = (x - _cornerX) * _pitchX;
        double dy = (y - _cornerY) * _pitchY;
        return ((dx * _alongY) - (dy * _alongX), (dx * _alongX) + (dy * _alongY));
    }
}

using MpcgLine.Inspection.Primitives;

namespace MpcgLine.UnitTests.Stitching;

/// <summary>
/// A rectangle of level 128 turned by an angle on the part, imaged with pitches 10 and 14 micrometres; drawn with
/// 4 x 4 samples per pixel. Corner in px, sides in micrometres.
/// </summary>
internal sealed record TiltedPart(
    int ImageWidth, int ImageLength, double CornerX, double CornerY, double Radians, double Across, double Along)
{
    private const int Samples = 4;

    private readonly (double Sin, double Cos) _turn = Math.SinCos(Radians);

    public double Radius { get; init; }

    public GrayImage Render(byte surroundings)
    {
        GrayImage image = new(ImageWidth, ImageLength);
        for (int y = 0; y < ImageLength; y++)
        {
            for (int x = 0; x < ImageWidth; x++)
            {
                image[x, y] = (byte)(surroundings + ((128 - surroundings) * Coverage(x, y)));
            }
        }

        return image;
    }

    /// <summary>A dark dot of about 7 px at a place on the part, millimetres.</summary>
    public void PaintDot(GrayImage image, double u, double v)
    {
        (double sin, double cos) = _turn;
        double centreX = CornerX + (((cos * u) - (sin * v)) * 100);
        double centreY = CornerY + (((sin * u) + (cos * v)) * 1000 / 14);
        for (int y = (int)centreY - 5; y <= centreY + 5; y++)
        {
            for (int x = (int)centreX - 5; x <= centreX + 5; x++)
            {
                if (((x - centreX) * (x - centreX)) + ((y - centreY) * (y - centreY)) < 12)
                {
                    image[x, y] = 45;
                }
            }
        }
    }

    private double Coverage(int x, int y)
    {
        (bool isInside, double depth) = Look(x, y);
        if (depth > 2)
        {
            return isInside ? 1 : 0;
        }

        int inside = 0;
        for (int i = 0; i < Samples * Samples; i++)
        {
            double dx = (((i % Samples) + 0.5) / Samples) - 0.5;
            double dy = (((i / Samples) + 0.5) / Samples) - 0.5;
            inside += Look(x + dx, y + dy).IsInside ? 1 : 0;
        }

        return (double)inside / (Samples * Samples);
    }

    // Whether a place is on the part, and how far it is, at least, from the outline in px.
    private (bool IsInside, double Depth) Look(double x, double y)
    {
        (double sin, double cos) = _turn;
        double across = (x - CornerX) * 10;
        double along = (y - CornerY) * 14;
        double u = (cos * across) + (sin * along);
        double v = (cos * along) - (sin * across);

        // The corners are round in pixels, as the option has them.
        double insideX = Math.Min(u, Across - u) / 10;
        double insideY = Math.Min(v, Along - v) / 14;
        if (insideX < Radius && insideY < Radius)
        {
            double distance = Math.Sqrt(((Radius - insideX) * (Radius - insideX)) + ((Radius - insideY) * (Radius - insideY)));
            return (distance <= Radius && insideX >= 0 && insideY >= 0, 0);
        }

        double nearest = Math.Min(insideX, insideY);
        return (nearest >= 0, Math.Abs(nearest));
    }
}

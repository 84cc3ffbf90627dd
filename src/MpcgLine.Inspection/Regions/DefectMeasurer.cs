using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Stitching;

namespace MpcgLine.Inspection.Regions;

/// <summary>Turns a region's sums into a defect. Pure.</summary>
public static class DefectMeasurer
{
    /// <summary>Length over width from which a region is a strip.</summary>
    public const double StripElongation = 3;

    /// <summary>Measures a region.</summary>
    /// <param name="region">At least one pixel.</param>
    /// <param name="frame">The part's frame.</param>
    /// <param name="pitch">Pixel pitch: shape is judged on the part, so pixels that are not square do not stretch it.</param>
    /// <param name="threshold">The limit of the scores.</param>
    internal static Defect Measure(in Region region, in PartFrame frame, PixelPitch pitch, double threshold)
    {
        (double width, bool isStrip) = Shape(region, pitch.YMicrometres / pitch.XMicrometres);
        (double x, double y) = frame.ToMillimetres(region.CentroidX, region.CentroidY);
        return new Defect(
            region.Box,
            region.Area,
            region.CentroidX,
            region.CentroidY,
            x,
            y,
            region.Area * frame.PixelArea,
            width,
            isStrip ? DefectClass.Strip : DefectClass.Dot,
            region.SumResidual < 0 ? Polarity.Dark : Polarity.Bright,
            (double)region.SumAbsoluteResidual / region.Area,
            region.MaxScore,
            threshold);
    }

    /// <summary>Width of a set of square pixels, px, measured as a defect's is.</summary>
    /// <param name="pixels">Column and line of each pixel; at least one.</param>
    public static double WidthOf(IReadOnlyList<(int X, int Y)> pixels)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        ArgumentOutOfRangeException.ThrowIfZero(pixels.Count, nameof(pixels));
        Region region = PixelRegion(pixels[0]);
        for (int i = 1; i < pixels.Count; i++)
        {
            region.Add(PixelRegion(pixels[i]));
        }

        return Shape(region, 1).Width;
    }

    private static Region PixelRegion((int X, int Y) pixel) => Region.FromRun(pixel.Y, pixel.X, pixel.X + 1, 0, 0, 0);

    /// <summary>
    /// Width in px of the X pitch: of a compact region the short axis of the ellipse with its second moments (a disc
    /// gives its diameter), of a long one its area over the length of the bar with its second moments, because the
    /// moments across a bent strip would measure its bow.
    /// </summary>
    private static (double Width, bool IsStrip) Shape(in Region region, double aspect)
    {
        double n = region.Area;
        double meanX = region.SumX / n;
        double meanY = region.SumY / n;

        // A pixel is a square, not a point: 1/12 is its own second moment.
        double xx = (region.SumXX / n) - (meanX * meanX) + (1.0 / 12);
        double yy = ((region.SumYY / n) - (meanY * meanY) + (1.0 / 12)) * aspect * aspect;
        double xy = ((region.SumXY / n) - (meanX * meanY)) * aspect;
        double mean = (xx + yy) / 2;
        double spread = Math.Sqrt((((xx - yy) / 2) * ((xx - yy) / 2)) + (xy * xy));
        double major = mean + spread;
        double minor = Math.Max(mean - spread, 0);
        bool isStrip = major >= StripElongation * StripElongation * minor;
        double width = isStrip ? n * aspect / Math.Sqrt(12 * major) : 4 * Math.Sqrt(minor);
        return (width, isStrip);
    }
}

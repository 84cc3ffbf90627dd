using MpcgLine.Inspection.Primitives;

namespace MpcgLine.Inspection.Regions;

/// <summary>A region with its measurements.</summary>
/// <param name="Box">Bounding box in panel px.</param>
/// <param name="AreaPixels">Defective pixels.</param>
/// <param name="CentroidX">Column of the centroid, panel px, pixel centres at whole numbers.</param>
/// <param name="CentroidY">Line of the centroid, panel px.</param>
/// <param name="CentroidXMillimetres">Centroid in the part's frame: across, from the leading-left corner, rotation corrected.</param>
/// <param name="CentroidYMillimetres">Centroid in the part's frame: along travel, from the leading-left corner, rotation corrected.</param>
/// <param name="AreaSquareMillimetres">Area on the part.</param>
/// <param name="WidthPixels">Mean width across the defect's long axis, px.</param>
/// <param name="Class">Dot or strip.</param>
/// <param name="Polarity">Dark or bright.</param>
/// <param name="Contrast">Mean residual over the region, gray levels, not negative.</param>
/// <param name="Score">Highest score of the fusion within the region; compared with <paramref name="Threshold"/>.</param>
/// <param name="Threshold">The score's limit when the defect was found.</param>
public sealed record Defect(
    PixelBox Box,
    int AreaPixels,
    double CentroidX,
    double CentroidY,
    double CentroidXMillimetres,
    double CentroidYMillimetres,
    double AreaSquareMillimetres,
    double WidthPixels,
    DefectClass Class,
    Polarity Polarity,
    double Contrast,
    double Score,
    double Threshold);

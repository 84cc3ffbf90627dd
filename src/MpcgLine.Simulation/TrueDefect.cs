using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Regions;

namespace MpcgLine.Simulation;

/// <summary>Ground truth of one rendered defect. Its pixels are those where at least half the contrast is reached.</summary>
/// <param name="Box">Bounding box of the defect's pixels, panel px.</param>
/// <param name="AreaPixels">Number of the defect's pixels, as in the mask.</param>
/// <param name="CentroidX">Column of the centroid, panel px, pixel centres at whole numbers.</param>
/// <param name="CentroidY">Row of the centroid, panel px.</param>
/// <param name="CentroidXMillimetres">Centroid in the part's frame: across, from the leading-left corner, rotation corrected.</param>
/// <param name="CentroidYMillimetres">Centroid in the part's frame: along travel, from the leading-left corner, rotation corrected.</param>
/// <param name="Kind">Shape.</param>
/// <param name="Polarity">Darker or brighter than the surface.</param>
/// <param name="WidthPixels">Across the long axis: minor axis of a compact shape, mean width of a strip.</param>
/// <param name="ContrastGray">Mean difference the defect makes over its pixels, gray levels of the image, not negative.</param>
/// <param name="ContrastToNoise">
/// <paramref name="ContrastGray"/> over the root mean square of texture, speckles and the camera's noise and column pattern around the
/// surface's mean profile, measured within 6 px of the defect.
/// </param>
/// <param name="Surface">Surface under most of the defect's pixels.</param>
public sealed record TrueDefect(
    PixelBox Box,
    int AreaPixels,
    double CentroidX,
    double CentroidY,
    double CentroidXMillimetres,
    double CentroidYMillimetres,
    TrueDefectKind Kind,
    Polarity Polarity,
    double WidthPixels,
    double ContrastGray,
    double ContrastToNoise,
    SurfaceKind Surface);

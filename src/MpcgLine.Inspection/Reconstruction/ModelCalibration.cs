using System.Text.Json.Serialization;
using MpcgLine.Inspection.Stitching;

namespace MpcgLine.Inspection.Reconstruction;

/// <summary>Thresholds, set from good tiles alone.</summary>
/// <param name="Epsilon">Limit on the change of the DCT feature in the paper's fusion (Eq. 20), gray levels.</param>
/// <param name="Threshold">Score from which the learned fusion calls a cell suspect.</param>
/// <param name="TargetFalseAlarmRate">Share of good parts, or of their exposures, that may be flagged, as asked for.</param>
/// <param name="GoodImages">Good images the thresholds rest on.</param>
/// <param name="ExpectedLow">Lower end of the 95 % interval of the false-alarm rate to expect.</param>
/// <param name="ExpectedHigh">Upper end of that interval.</param>
/// <param name="Source">Where the good images came from.</param>
/// <param name="Edges">Where edges were looked for on those images; null in bundles made before this was recorded.</param>
/// <param name="InsidePixels">How far inside an edge inspection began, px; null where <paramref name="Edges"/> is.</param>
/// <param name="CornerRadiusPixels">Radius of the part's corners, px; null where none was given.</param>
/// <param name="Parts">Parts those images show: what is independent, and what rates are counted in; null in bundles made before this was recorded, where each image is one.</param>
/// <param name="ImagesSha256">SHA-256 over names and pixels of those images, lower-case hexadecimal; null where it was not recorded.</param>
/// <param name="PartSquareMetres">Inspected area behind one verdict, on average: of a part, all its images together, or of an exposure; null where the pixel pitch was not given.</param>
/// <param name="ImagesAreExposures">True where images of one part are exposures, each with a verdict of its own; null where they are pieces of it.</param>
public sealed record ModelCalibration(
    [property: JsonRequired] float Epsilon,
    [property: JsonRequired] float Threshold,
    double TargetFalseAlarmRate,
    int GoodImages,
    double ExpectedLow,
    double ExpectedHigh,
    string Source,
    // Left out when null: the hash of a calibration made without them stays what it was.
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] EdgeMode? Edges = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? InsidePixels = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? CornerRadiusPixels = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Parts = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ImagesSha256 = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? PartSquareMetres = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] bool? ImagesAreExposures = null);

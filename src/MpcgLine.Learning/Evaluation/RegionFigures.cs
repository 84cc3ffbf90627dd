namespace MpcgLine.Learning.Evaluation;

/// <summary>Regions found at one threshold, over all images, the good ones included, by <see cref="RegionMatcher"/>'s rule.</summary>
/// <param name="Threshold">The threshold.</param>
/// <param name="TrueRegions">True regions.</param>
/// <param name="Found">Those found.</param>
/// <param name="Detections">Detections.</param>
/// <param name="Right">Those that are right.</param>
public sealed record RegionFigures(double Threshold, int TrueRegions, int Found, int Detections, int Right)
{
    /// <summary>Found over true; null where nothing is marked.</summary>
    public double? Recall => TrueRegions > 0 ? (double)Found / TrueRegions : null;

    /// <summary>Right over detections; null where nothing was detected.</summary>
    public double? Precision => Detections > 0 ? (double)Right / Detections : null;

    /// <summary>Harmonic mean of both, 0 where nothing was found; null where nothing is marked.</summary>
    public double? F1 => Recall is not { } recall ? null
        : Precision is { } precision && recall + precision > 0 ? 2 * recall * precision / (recall + precision)
        : 0;
}

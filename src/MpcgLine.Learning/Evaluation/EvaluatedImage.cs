using MpcgLine.Inspection.Regions;
using MpcgLine.Learning.Datasets;

namespace MpcgLine.Learning.Evaluation;

/// <summary>One image inspected and compared with its mask.</summary>
/// <param name="Image">The image.</param>
/// <param name="Score">Highest score of its inspected cells.</param>
/// <param name="IsFlagged">Whether it would be rejected at the calibrated threshold.</param>
/// <param name="Truth">True regions.</param>
/// <param name="TooSmall">Marked regions left out as too small.</param>
/// <param name="Defects">What was detected at the calibrated threshold.</param>
/// <param name="Matches">How truth and defects go together.</param>
public sealed record EvaluatedImage(
    TestImage Image,
    double Score,
    bool IsFlagged,
    IReadOnlyList<MarkedRegion> Truth,
    int TooSmall,
    IReadOnlyList<Defect> Defects,
    RegionMatches Matches);

namespace MpcgLine.Learning.Evaluation;

/// <summary>How well a method does on a set of images.</summary>
/// <param name="Images">Every image that was inspected.</param>
/// <param name="Problems">One sentence for each image or mask that could not be used.</param>
/// <param name="ImageScores">The images' scores; positive are the defective ones.</param>
/// <param name="PixelScores">The pixels' scores; positive are the marked ones.</param>
/// <param name="Calibrated">Regions at the calibrated threshold.</param>
/// <param name="Sweep">Regions at every threshold that was tried, the calibrated one among them, from the lowest up.</param>
/// <param name="Iou">Pixels both marked and detected at the calibrated threshold, over those that are either; null where neither is.</param>
public sealed record EvaluationResult(
    IReadOnlyList<EvaluatedImage> Images,
    IReadOnlyList<string> Problems,
    RankedScores ImageScores,
    RankedScores PixelScores,
    RegionFigures Calibrated,
    IReadOnlyList<RegionFigures> Sweep,
    double? Iou)
{
    /// <summary>The tried threshold with the highest F1; of equals the highest threshold.</summary>
    public RegionFigures Best => Sweep.Reverse().MaxBy(figures => figures.F1 ?? 0)!;
}

using MpcgLine.Learning.Evaluation;

namespace MpcgLine.Service.Evaluation;

/// <summary>Region figures at one threshold.</summary>
/// <param name="Threshold">The threshold.</param>
/// <param name="Found">True regions found.</param>
/// <param name="Detections">Detections.</param>
/// <param name="Right">Those that are right.</param>
/// <param name="Recall">Found over true regions.</param>
/// <param name="Precision">Right over detections.</param>
/// <param name="F1">Harmonic mean of both.</param>
internal sealed record SweepPoint(double Threshold, int Found, int Detections, int Right, double? Recall, double? Precision, double? F1)
{
    public static SweepPoint Of(RegionFigures figures) => new(
        figures.Threshold,
        figures.Found,
        figures.Detections,
        figures.Right,
        EvaluationSummary.Round(figures.Recall),
        EvaluationSummary.Round(figures.Precision),
        EvaluationSummary.Round(figures.F1));
}

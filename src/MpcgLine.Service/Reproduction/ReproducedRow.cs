using MpcgLine.Service.Evaluation;

namespace MpcgLine.Service.Reproduction;

/// <summary>One method of a table: the paper's figures and ours.</summary>
/// <param name="Name">The method or loss.</param>
/// <param name="Printed">The paper's figures; null where it has none.</param>
/// <param name="Recall">Region recall at the calibrated threshold.</param>
/// <param name="Precision">Region precision there.</param>
/// <param name="F1">Region F1 there.</param>
/// <param name="RecallF1Max">Region recall at the threshold with the highest F1.</param>
/// <param name="PrecisionF1Max">Region precision there.</param>
/// <param name="F1Max">The highest F1.</param>
/// <param name="ImageAuroc">AUROC of the images' scores.</param>
/// <param name="Good">Good images.</param>
/// <param name="GoodFlagged">Those flagged at the calibrated threshold.</param>
internal sealed record ReproducedRow(
    string Name,
    PrintedFigures? Printed,
    double? Recall,
    double? Precision,
    double? F1,
    double? RecallF1Max,
    double? PrecisionF1Max,
    double? F1Max,
    double? ImageAuroc,
    int Good,
    int GoodFlagged)
{
    public static ReproducedRow Of(string name, PrintedFigures? printed, EvaluationSummary summary) => new(
        name,
        printed,
        summary.RecallCalibrated,
        summary.PrecisionCalibrated,
        summary.F1Calibrated,
        summary.RecallF1Max,
        summary.PrecisionF1Max,
        summary.F1Max,
        summary.ImageAuroc,
        summary.Good,
        summary.GoodFlagged);
}

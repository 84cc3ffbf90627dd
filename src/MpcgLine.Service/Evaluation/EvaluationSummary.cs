using System.Text.Json;
using MpcgLine.Inspection.Stitching;
using MpcgLine.Learning.Baselines;
using MpcgLine.Learning.Evaluation;
using MpcgLine.Service.Records;

namespace MpcgLine.Service.Evaluation;

/// <summary><c>evaluation.json</c>. A figure that the images do not define is null.</summary>
/// <param name="Method">The method's word on the command line.</param>
/// <param name="Title">Method and bundle, for headings.</param>
/// <param name="Model">Name of the bundle; null where the method has none.</param>
/// <param name="Data">Folder of the images.</param>
/// <param name="Edges">Where edges were looked for.</param>
/// <param name="InsidePixels">How far inside an edge inspection began, px.</param>
/// <param name="CornerRadiusPixels">Radius of the part's corners, px.</param>
/// <param name="Images">Images inspected.</param>
/// <param name="Good">Good ones.</param>
/// <param name="Defective">Defective ones.</param>
/// <param name="GoodFlagged">Good images rejected at the calibrated threshold.</param>
/// <param name="DefectiveFound">Defective images rejected there.</param>
/// <param name="ImageAuroc">AUROC of the images' scores.</param>
/// <param name="PixelAuroc">AUROC of the pixels' scores, all images pooled.</param>
/// <param name="PixelAp">Average precision of the pixels' scores.</param>
/// <param name="Aupro30">AU-PRO up to a false-positive rate of 0.3.</param>
/// <param name="Aupro05">AU-PRO up to a false-positive rate of 0.05.</param>
/// <param name="Iou">Intersection over union of marked and detected pixels at the calibrated threshold.</param>
/// <param name="TrueRegions">True regions.</param>
/// <param name="TooSmallRegions">Marked regions left out as too small.</param>
/// <param name="ThresholdCalibrated">The calibrated threshold.</param>
/// <param name="ThresholdSource">Where it comes from, in words.</param>
/// <param name="F1Calibrated">Region F1 there.</param>
/// <param name="RecallCalibrated">Region recall there.</param>
/// <param name="PrecisionCalibrated">Region precision there.</param>
/// <param name="ThresholdF1Max">The tried threshold with the highest region F1.</param>
/// <param name="F1Max">Region F1 there.</param>
/// <param name="RecallF1Max">Region recall there.</param>
/// <param name="PrecisionF1Max">Region precision there.</param>
/// <param name="RecallByWidth">Recall at the calibrated threshold by width of the true region, px.</param>
/// <param name="RecallByContrast">Recall there by contrast-to-noise.</param>
/// <param name="Sweep">Region figures at every threshold that was tried.</param>
/// <param name="Rules">How regions were counted, in words.</param>
/// <param name="Problems">One sentence for each image or mask that could not be used.</param>
internal sealed record EvaluationSummary(
    string Method,
    string Title,
    string? Model,
    string Data,
    EdgeMode Edges,
    double InsidePixels,
    double CornerRadiusPixels,
    int Images,
    int Good,
    int Defective,
    int GoodFlagged,
    int DefectiveFound,
    double? ImageAuroc,
    double? PixelAuroc,
    double? PixelAp,
    double? Aupro30,
    double? Aupro05,
    double? Iou,
    int TrueRegions,
    int TooSmallRegions,
    double ThresholdCalibrated,
    string ThresholdSource,
    double? F1Calibrated,
    double? RecallCalibrated,
    double? PrecisionCalibrated,
    double ThresholdF1Max,
    double? F1Max,
    double? RecallF1Max,
    double? PrecisionF1Max,
    IReadOnlyList<BandRecall> RecallByWidth,
    IReadOnlyList<BandRecall> RecallByContrast,
    IReadOnlyList<SweepPoint> Sweep,
    IReadOnlyList<string> Rules,
    IReadOnlyList<string> Problems)
{
    /// <summary>Name of the file.</summary>
    public const string FileName = "evaluation.json";

    /// <summary>Digits written behind the point.</summary>
    public const int Digits = 6;

    private static readonly string[] RulesInWords =
    [
        $"True regions: marked pixels (gray level 128 and more) nearer than 3 px to each other are one region; regions below {MarkedRegion.MinimumAreaPixels} px are left out. Detections are joined and left out by the same rule.",
        $"A true region is found when the box of a detection overlaps one of its pixels or lies within {RegionMatcher.Reach} px of one. A detection is right when it finds a true region in this sense and its area is at most {RegionMatcher.LargestRatio} times that region's area dilated by {RegionMatcher.Reach} px.",
        "Recall counts true regions, precision counts the detections on all images, good ones included. A true region outside the inspected area counts as missed.",
        $"F1-max is the best of up to {Evaluator.SweptThresholds} thresholds, evenly spaced among the highest scores of images and true regions, and the calibrated one; at each the regions are derived again from the same maps. It is chosen on these very images: what to expect in production is the figure at the calibrated threshold.",
        "Each pixel has the score of its 4 x 4 px cell; cells of which nothing was inspected are left out of AUROC, AP and AU-PRO. The image's score is its highest. AU-PRO counts 8-connected marked regions of any area. IoU pools the pixels of all images, those outside the inspected area too.",
        "Inside suspected cells every method's regions are outlined in the same way: where its residual reaches half of its local peak.",
        "Contrast is the difference of a region's mean gray level from that of its surroundings (up to 12 px around its box), in standard deviations of the surroundings. Width is that of the ellipse with the region's second moments, of strips area over length.",
    ];

    public static EvaluationSummary Of(EvaluationResult result, ScoredMethod method, string data, EdgeOptions edges)
    {
        EvaluatedImage[] good = [.. result.Images.Where(image => !image.Image.IsDefective)];
        EvaluatedImage[] defective = [.. result.Images.Where(image => image.Image.IsDefective)];
        RegionFigures calibrated = result.Calibrated, best = result.Best;
        return new EvaluationSummary(
            method.Method.Word(),
            method.Title,
            method.Model,
            data,
            edges.Mode,
            edges.InsidePixels,
            edges.CornerRadiusPixels,
            result.Images.Count,
            good.Length,
            defective.Length,
            good.Count(image => image.IsFlagged),
            defective.Count(image => image.IsFlagged),
            Round(RankMetrics.Auroc(result.ImageScores)),
            Round(RankMetrics.Auroc(result.PixelScores)),
            Round(RankMetrics.AveragePrecision(result.PixelScores)),
            Round(RegionOverlapCurve.Area(result.PixelScores, 0.3)),
            Round(RegionOverlapCurve.Area(result.PixelScores, 0.05)),
            Round(result.Iou),
            calibrated.TrueRegions,
            result.Images.Sum(image => image.TooSmall),
            calibrated.Threshold,
            method.ThresholdSource,
            Round(calibrated.F1),
            Round(calibrated.Recall),
            Round(calibrated.Precision),
            best.Threshold,
            Round(best.F1),
            Round(best.Recall),
            Round(best.Precision),
            BandRecall.ByWidth(result.Images),
            BandRecall.ByContrast(result.Images),
            [.. result.Sweep.Select(SweepPoint.Of)],
            RulesInWords,
            result.Problems);
    }

    /// <summary>A figure as it is written.</summary>
    public static double? Round(double? value) => value is { } number ? Math.Round(number, Digits) : null;

    public void Write(string path) => File.WriteAllBytes(path, JsonSerializer.SerializeToUtf8Bytes(this, JsonForm.Indented));
}

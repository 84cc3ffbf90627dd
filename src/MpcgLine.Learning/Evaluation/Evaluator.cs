using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Inspection.Stitching;
using MpcgLine.Learning.Datasets;

namespace MpcgLine.Learning.Evaluation;

/// <summary>Scores a bundle's learned fusion on images whose defects are marked.</summary>
public static class Evaluator
{
    /// <summary>Thresholds tried beside the bundle's own.</summary>
    public const int SweptThresholds = ThresholdSweep.Steps;

    /// <summary>
    /// Inspects every image as the production line would, and compares with the masks. Blocks; the calling thread is
    /// the inference thread. Memory grows by up to 36 bytes for every 16 px, and holds what the networks say of one image;
    /// that of all images (320 KB per tile, 1.6 bytes per px) goes through <paramref name="scratch"/>.
    /// </summary>
    /// <param name="bundle">Calibrated.</param>
    /// <param name="images">Images and masks; unusable ones become problems, and the others go on.</param>
    /// <param name="edges">Where the part lies in the images.</param>
    /// <param name="scratch">Empty, readable, writable and seekable; stays the caller's.</param>
    /// <param name="progress">Told steps done; there are two for each image.</param>
    /// <exception cref="ModelException">The bundle is not calibrated, or its golden tiles are not answered as recorded.</exception>
    /// <exception cref="DatasetException">No image can be inspected, or the networks gave something that is no number.</exception>
    public static EvaluationResult Evaluate(
        ModelBundle bundle, TestImages images, EdgeOptions edges, Stream scratch, IProgress<int>? progress)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(edges);
        ArgumentNullException.ThrowIfNull(scratch);
        ModelCalibration calibration = bundle.Manifest.Calibration
            ?? throw new ModelException($"{bundle.Manifest.Name} is not calibrated: run `mpcgline calibrate` on good images first.");
        List<string> problems = [.. images.Problems];
        List<ScoredImage> scored = [];
        int steps = 0;
        using ImageScoring scoring = new(bundle, edges, scratch);
        foreach (TestImage image in images.Images)
        {
            if (scoring.Score(image, problems) is { } score)
            {
                scored.Add(score);
            }

            progress?.Report(++steps);
        }

        if (scored.Count == 0)
        {
            throw new DatasetException($"None of {images.Images.Count} images can be inspected:{Environment.NewLine}{string.Join(Environment.NewLine, problems)}");
        }

        ThresholdSweep sweep = new(calibration.Threshold, scored, edges, scratch);
        List<EvaluatedImage> evaluated = [];
        steps = images.Images.Count;
        foreach (ScoredImage image in scored)
        {
            evaluated.Add(sweep.Try(image));
            progress?.Report(++steps);
        }

        IReadOnlyList<RegionFigures> figures = sweep.Figures(scored.Sum(image => image.Truth.Count));
        return new EvaluationResult(
            evaluated,
            problems,
            scoring.ImageScores,
            scoring.PixelScores,
            figures.Single(f => f.Threshold == calibration.Threshold),
            figures,
            sweep.Iou);
    }
}

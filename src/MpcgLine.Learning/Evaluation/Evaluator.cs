using MpcgLine.Inspection;
using MpcgLine.Inspection.Stitching;
using MpcgLine.Learning.Datasets;

namespace MpcgLine.Learning.Evaluation;

/// <summary>Scores a method on images whose defects are marked.</summary>
public static class Evaluator
{
    /// <summary>Thresholds tried beside the calibrated one.</summary>
    public const int SweptThresholds = ThresholdSweep.Steps;

    /// <summary>
    /// Inspects every image as the production line would, and compares with the masks. Blocks; the calling thread is
    /// the inference thread. Memory grows by up to 36 bytes for every 16 px, and holds what is said of one image;
    /// that of all images (320 KB per tile, 1.6 bytes per px) goes through <paramref name="scratch"/>.
    /// </summary>
    /// <param name="inspector">The method, with nothing suspected; stays the caller's.</param>
    /// <param name="threshold">Scores from here on are suspect, by calibration on good images.</param>
    /// <param name="images">Images and masks; unusable ones become problems, and the others go on.</param>
    /// <param name="edges">Where the part lies in the images.</param>
    /// <param name="scratch">Empty, readable, writable and seekable; stays the caller's.</param>
    /// <param name="progress">Told steps done; there are two for each image.</param>
    /// <param name="cancellation">Ends between two images.</param>
    /// <exception cref="DatasetException">No image can be inspected, or the networks gave something that is no number.</exception>
    public static EvaluationResult Evaluate(
        ITileInspector inspector,
        float threshold,
        TestImages images,
        EdgeOptions edges,
        Stream scratch,
        IProgress<int>? progress,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(inspector);
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(edges);
        ArgumentNullException.ThrowIfNull(scratch);
        List<string> problems = [.. images.Problems];
        List<ScoredImage> scored = [];
        int steps = 0;
        ImageScoring scoring = new(inspector, edges, scratch);
        foreach (TestImage image in images.Images)
        {
            cancellation.ThrowIfCancellationRequested();
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

        ThresholdSweep sweep = new(threshold, scored, edges, scratch);
        List<EvaluatedImage> evaluated = [];
        steps = images.Images.Count;
        foreach (ScoredImage image in scored)
        {
            cancellation.ThrowIfCancellationRequested();
            evaluated.Add(sweep.Try(image));
            progress?.Report(++steps);
        }

        IReadOnlyList<RegionFigures> figures = sweep.Figures(scored.Sum(image => image.Truth.Count));
        return new EvaluationResult(
            evaluated,
            problems,
            scoring.ImageScores,
            scoring.PixelScores,
            figures.Single(f => f.Threshold == threshold),
            figures,
            sweep.Iou);
    }
}

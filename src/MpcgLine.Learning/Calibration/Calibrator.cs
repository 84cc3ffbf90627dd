using MpcgLine.Inspection;
using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Inspection.Stitching;
using MpcgLine.Inspection.Verdicts;
using MpcgLine.Learning.Datasets;

namespace MpcgLine.Learning.Calibration;

/// <summary>Sets thresholds from good images alone: every one of a bundle, or that of any other method.</summary>
public static class Calibrator
{
    private const int BatchTiles = 8;

    /// <summary>
    /// Inspects good images as the production line would and places epsilon (Eq. 20) and the learned fusion's t where
    /// the target share of them would be flagged. Blocks; the calling thread is the inference thread.
    /// </summary>
    /// <param name="bundle">Trained; its thresholds, if any, are ignored.</param>
    /// <param name="good">Good images, each of another part, none of them used in training.</param>
    /// <param name="source">Where they came from, for the manifest.</param>
    /// <param name="options">Target and edges.</param>
    /// <param name="inspected">Told the number of images inspected so far.</param>
    /// <param name="cancellation">Ends between two images.</param>
    /// <exception cref="DatasetException">An option is out of range or does not fit the images, an image gives scores that are no numbers, or none can be inspected.</exception>
    /// <exception cref="ModelException">The bundle's golden tiles are not answered as recorded.</exception>
    public static CalibrationResult Calibrate(
        ModelBundle bundle,
        IReadOnlyList<NamedImage> good,
        string source,
        CalibrationOptions options,
        IProgress<int>? inspected,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        ArgumentNullException.ThrowIfNull(good);
        ArgumentNullException.ThrowIfNull(options);
        options.RequireFitting(good);
        var excluded = new List<string>();
        using TileInspector inspector = OpenWithoutThresholds(bundle, BatchTiles);
        List<TileMaxima> maxima = Inspect(inspector, good, source, options, excluded, inspected, cancellation);
        TailThreshold learned = TailThreshold.Of([.. maxima.Select(m => m.Scores)], options.TargetRate);
        TailThreshold paper = TailThreshold.Of([.. maxima.Select(m => m.Changes)], options.TargetRate);
        ModelBundle calibrated = bundle.WithCalibration(new ModelCalibration(
            (float)paper.Threshold,
            (float)learned.Threshold,
            options.TargetRate,
            maxima.Count,
            learned.ExpectedLow,
            learned.ExpectedHigh,
            source,
            options.Edges.Mode,
            options.Edges.InsidePixels,
            options.Edges.CornerRadiusPixels > 0 ? options.Edges.CornerRadiusPixels : null));
        return new CalibrationResult(calibrated, excluded, Warning(learned, maxima, options.TargetRate));
    }

    /// <summary>
    /// Places a method's threshold where the target share of good images would be flagged, by the same rule. Blocks; the
    /// calling thread is the inference thread.
    /// </summary>
    /// <param name="inspector">The method, with nothing suspected; stays the caller's.</param>
    /// <param name="good">Good images, each of another part, none of them used in training.</param>
    /// <param name="source">Where they came from, for messages.</param>
    /// <param name="options">Target and edges.</param>
    /// <param name="inspected">Told the number of images inspected so far.</param>
    /// <param name="cancellation">Ends between two images.</param>
    /// <exception cref="DatasetException">As for a bundle.</exception>
    public static CalibratedThreshold Calibrate(
        ITileInspector inspector,
        IReadOnlyList<NamedImage> good,
        string source,
        CalibrationOptions options,
        IProgress<int>? inspected,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(inspector);
        ArgumentNullException.ThrowIfNull(good);
        ArgumentNullException.ThrowIfNull(options);
        options.RequireFitting(good);
        var excluded = new List<string>();
        List<TileMaxima> maxima = Inspect(inspector, good, source, options, excluded, inspected, cancellation);
        TailThreshold threshold = TailThreshold.Of([.. maxima.Select(m => m.Scores)], options.TargetRate);
        return new CalibratedThreshold(
            (float)threshold.Threshold,
            maxima.Count,
            threshold.ExpectedLow,
            threshold.ExpectedHigh,
            excluded,
            Warning(threshold, maxima, options.TargetRate));
    }

    /// <summary>
    /// The inference stage with nothing suspected, so that scores are seen as the network gives them. Golden answers do
    /// not depend on thresholds.
    /// </summary>
    internal static TileInspector OpenWithoutThresholds(ModelBundle bundle, int batchTiles) => new(
        bundle.WithCalibration(new ModelCalibration(float.MaxValue, float.MaxValue, 0, 0, 0, 1, "none")),
        new InferenceOptions { BatchTiles = batchTiles });

    private static string? Warning(TailThreshold learned, List<TileMaxima> maxima, double target) => learned.IsThin
        ? $"the thresholds are uncertain: {maxima.Count} good images of {maxima.Sum(m => m.Scores.Count)} tiles leave {learned.TailValues} values to extrapolate from (at least {TailThreshold.FewestTailValues} are needed); calibrate with more good images, best {Math.Ceiling(1 / target)} or more"
        : null;

    private static List<TileMaxima> Inspect(
        ITileInspector inspector,
        IReadOnlyList<NamedImage> good,
        string source,
        CalibrationOptions options,
        List<string> excluded,
        IProgress<int>? inspected,
        CancellationToken cancellation)
    {
        var recorder = new MaximaRecorder(inspector);
        var images = new ImageInspector(recorder, options.Edges);
        var maxima = new List<TileMaxima>(good.Count);
        int done = 0;
        foreach (IGrouping<int, NamedImage> width in good.GroupBy(g => g.Image.Width))
        {
            foreach (NamedImage image in width)
            {
                cancellation.ThrowIfCancellationRequested();
                PanelVerdict verdict = InspectOne(images, image);
                TileMaxima seen = recorder.Take(image.Name);
                if (verdict.Verdict == Verdict.NotInspected || seen.Scores.Count == 0)
                {
                    // Production would not look at it: its scores say nothing about what is flagged there.
                    excluded.Add($"{image.Name}: {(verdict.Verdict == Verdict.NotInspected ? $"not inspected ({verdict.Reason})" : "no tile lies in the inspected area")}");
                }
                else
                {
                    maxima.Add(seen);
                }

                inspected?.Report(++done);
            }
        }

        return maxima.Count > 0
            ? maxima
            : throw new DatasetException(
                $"None of the {good.Count} good images of {source} can be inspected with edges '{options.Edges.Mode}': {string.Join("; ", excluded.Take(3))}. Check --edges and --inside.");
    }

    private static PanelVerdict InspectOne(ImageInspector images, NamedImage image)
    {
        try
        {
            return images.Inspect(image.Image);
        }
        catch (ModelException e)
        {
            throw new DatasetException($"{image.Name}: {e.Message}", e);
        }
    }
}

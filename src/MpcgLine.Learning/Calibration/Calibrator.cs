using MpcgLine.Inspection;
using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Learning.Datasets;

namespace MpcgLine.Learning.Calibration;

/// <summary>Sets every threshold of a bundle from good images alone.</summary>
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
    /// <returns>The bundle with thresholds, and its golden tiles as they were.</returns>
    /// <exception cref="DatasetException">No image has anything to inspect.</exception>
    public static ModelBundle Calibrate(
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
        if (!(options.TargetRate is > 0 and <= 0.5))
        {
            throw new DatasetException($"The target false-alarm rate is {options.TargetRate}; allowed is above 0 to 0.5.");
        }

        List<TileMaxima> maxima = Inspect(bundle, good, options, inspected, cancellation);
        if (!maxima.Exists(m => m.Scores.Count > 0))
        {
            throw new DatasetException($"None of the {good.Count} good images of {source} has an area to inspect: check the edge options.");
        }

        TailThreshold learned = TailThreshold.Of([.. maxima.Select(m => m.Scores)], options.TargetRate);
        TailThreshold paper = TailThreshold.Of([.. maxima.Select(m => m.Changes)], options.TargetRate);
        return bundle.WithCalibration(new ModelCalibration(
            (float)paper.Threshold,
            (float)learned.Threshold,
            options.TargetRate,
            maxima.Count(m => m.Scores.Count > 0),
            learned.ExpectedLow,
            learned.ExpectedHigh,
            source));
    }

    private static List<TileMaxima> Inspect(
        ModelBundle bundle, IReadOnlyList<NamedImage> good, CalibrationOptions options, IProgress<int>? inspected, CancellationToken cancellation)
    {
        // Nothing may be suspected while the scores are being learnt, and old golden answers do not matter yet.
        ModelBundle unlimited = bundle.WithGoldenTiles([]).WithCalibration(
            new ModelCalibration(float.MaxValue, float.MaxValue, options.TargetRate, 0, 0, 1, "none"));
        using var inspector = new TileInspector(unlimited, new InferenceOptions { BatchTiles = BatchTiles });
        var recorder = new MaximaRecorder(inspector);
        var maxima = new List<TileMaxima>(good.Count);
        foreach (IGrouping<int, NamedImage> width in good.GroupBy(g => g.Image.Width))
        {
            var pipeline = new InspectionPipeline(
                new InspectionOptions { Edges = options.Edges }, width.Key, recorder, TimeProvider.System, new InspectionCounters());
            long burst = 0;
            foreach (NamedImage image in width)
            {
                cancellation.ThrowIfCancellationRequested();
                pipeline.Inspect(image.Image, ++burst);
                maxima.Add(recorder.Take(image.Name));
                inspected?.Report(maxima.Count);
            }
        }

        return maxima;
    }
}

using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MpcgLine.Inspection;
using MpcgLine.Inspection.Primitives;
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
    /// the target share of the parts they show, or of their exposures, would be flagged. Blocks; the calling thread is the inference thread.
    /// </summary>
    /// <param name="bundle">Trained; its thresholds, if any, are ignored.</param>
    /// <param name="good">Good images, none of a part that was used in training.</param>
    /// <param name="source">Where they came from, for the manifest.</param>
    /// <param name="options">Target and edges.</param>
    /// <param name="inspected">Told the number of images inspected so far.</param>
    /// <param name="cancellation">Ends between two images.</param>
    /// <param name="inference">Where and how the networks run; null: on the processor, in the precision production takes there.</param>
    /// <exception cref="DatasetException">An option is out of range or does not fit the images, an image gives scores that are no numbers, none can be inspected, or they have too few tiles.</exception>
    /// <exception cref="ModelException">The bundle's golden tiles are not answered as recorded.</exception>
    public static CalibrationResult Calibrate(
        ModelBundle bundle,
        IReadOnlyList<NamedImage> good,
        string source,
        CalibrationOptions options,
        IProgress<int>? inspected,
        CancellationToken cancellation,
        InferenceOptions? inference = null)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        ArgumentNullException.ThrowIfNull(good);
        ArgumentNullException.ThrowIfNull(options);
        options.RequireFitting(good);
        var excluded = new List<string>();
        using TileInspector inspector = OpenWithoutThresholds(bundle, inference ?? new InferenceOptions { BatchTiles = BatchTiles });
        List<Inspected> inspectedImages = Inspect(inspector, good, source, options, excluded, inspected, cancellation);
        Inspected[][] parts = PartsOf(inspectedImages);
        CalibrationOptions.RequireEnough(parts.Length, Tiles(inspectedImages), oneOf: 1);
        double target = options.TargetRate;
        TailThreshold learned = Threshold(parts, i => i.Maxima.Scores, options);
        TailThreshold paper = Threshold(parts, i => i.Maxima.Changes, options);
        ModelBundle calibrated = bundle.WithCalibration(new ModelCalibration(
            (float)paper.Threshold,
            (float)learned.Threshold,
            target,
            inspectedImages.Count,
            learned.ExpectedLow,
            learned.ExpectedHigh,
            source,
            options.Edges.Mode,
            options.Edges.InsidePixels,
            options.Edges.CornerRadiusPixels > 0 ? options.Edges.CornerRadiusPixels : null,
            parts.Length,
            HashOf(inspectedImages),
            SquareMetres(inspectedImages, options.ImagesAreExposures ? inspectedImages.Count : parts.Length, options.Pitch),
            options.ImagesAreExposures ? true : null));
        return new CalibrationResult(calibrated, excluded, Warning(learned, parts, options));
    }

    /// <summary>
    /// Places a method's threshold where the target share of good parts, or of their exposures, would be flagged, by the same rule. Blocks; the
    /// calling thread is the inference thread.
    /// </summary>
    /// <param name="inspector">The method, with nothing suspected; stays the caller's.</param>
    /// <param name="good">Good images, none of a part that was used in training.</param>
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
        List<Inspected> inspectedImages = Inspect(inspector, good, source, options, excluded, inspected, cancellation);
        Inspected[][] parts = PartsOf(inspectedImages);
        CalibrationOptions.RequireEnough(parts.Length, Tiles(inspectedImages), oneOf: 1);
        double target = options.TargetRate;
        TailThreshold threshold = Threshold(parts, i => i.Maxima.Scores, options);
        return new CalibratedThreshold(
            (float)threshold.Threshold,
            target,
            parts.Length,
            threshold.ExpectedLow,
            threshold.ExpectedHigh,
            excluded,
            Warning(threshold, parts, options));
    }

    /// <summary>
    /// The inference stage with nothing suspected, so that scores are seen as the network gives them. Golden answers do
    /// not depend on thresholds.
    /// </summary>
    internal static TileInspector OpenWithoutThresholds(ModelBundle bundle, InferenceOptions options) => new(WithoutThresholds(bundle), options);

    /// <summary>A bundle by which nothing is suspected.</summary>
    internal static ModelBundle WithoutThresholds(ModelBundle bundle) =>
        bundle.WithCalibration(new ModelCalibration(float.MaxValue, float.MaxValue, 0, 0, 0, 1, "none"));

    private static Inspected[][] PartsOf(List<Inspected> images) => [.. images.GroupBy(i => i.Image.Part).Select(part => part.ToArray())];

    private static int Tiles(List<Inspected> images) => images.Sum(i => i.Maxima.Scores.Count);

    /// <summary>Images that are pieces of a part are one view of it, flagged when any of them is; exposures are views of their own.</summary>
    private static TailThreshold Threshold(Inspected[][] parts, Func<Inspected, IReadOnlyList<double>> maxima, CalibrationOptions options) =>
        TailThreshold.Of(
            parts.Select(part => options.ImagesAreExposures
                ? [.. part.Select(maxima)]
                : (IReadOnlyList<double>[])[[.. part.SelectMany(maxima)]]),
            options.TargetRate);

    private static string? Warning(TailThreshold learned, Inspected[][] parts, CalibrationOptions options)
    {
        if (!learned.IsThin)
        {
            return null;
        }

        double target = options.TargetRate;
        double enough = Math.Max(TailThreshold.FewestValues, Math.Ceiling((1 / target) - 1e-9) - 1);
        if (learned.TailValues is not { } values)
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"the thresholds are uncertain: they rest on {parts.Length} good parts alone; calibrate with more good images: {enough} parts or more are enough for a rate of {100 * target:0.##} %");
        }

        // A quarter of the tiles are the tail; exposures of one part count together as one.
        double tiles = parts.Sum(part => part.Sum(i => i.Maxima.Scores.Count) / (options.ImagesAreExposures ? (double)part.Length : 1));
        double needed = Math.Ceiling(4.0 * TailThreshold.FewestValues * parts.Length / tiles);
        return $"the thresholds are uncertain: {parts.Length} good parts of {tiles:0} tiles leave {values} values to extrapolate from (at least {TailThreshold.FewestValues} are needed); calibrate with more good images: about {needed} parts make as many, and from {enough} on nothing is extrapolated";
    }

    private static double? SquareMetres(List<Inspected> images, int views, PixelPitch? pitch) => pitch is { } size
        ? images.Sum(i => i.Pixels) / views * (size.XMicrometres * 1e-6) * (size.YMicrometres * 1e-6)
        : null;

    /// <summary>Tells later whether a bundle was calibrated on just these images, in whatever order.</summary>
    private static string HashOf(List<Inspected> images)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (NamedImage image in images.Select(i => i.Image).OrderBy(i => i.Name, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{image.Name}\n{image.Image.Width} {image.Image.Height}\n"));
            hash.AppendData(image.Image.Pixels);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static List<Inspected> Inspect(
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
        var seenImages = new List<Inspected>(good.Count);
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
                    seenImages.Add(new Inspected(image, seen, verdict.InspectedFraction * image.Image.Pixels.Length));
                }

                inspected?.Report(++done);
            }
        }

        return seenImages.Count > 0
            ? seenImages
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

    /// <summary>An image as production would see it.</summary>
    private sealed record Inspected(NamedImage Image, TileMaxima Maxima, double Pixels);
}

using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Inspection.Reconstruction.Native;
using MpcgLine.Inspection.Tiling;
using MpcgLine.Learning.Bundles;
using MpcgLine.Learning.Calibration;
using MpcgLine.Learning.Datasets;

namespace MpcgLine.Learning.Tuning;

/// <summary>
/// Finds the fastest arithmetic of a bundle on this machine that answers as single precision does. Every member blocks; the
/// calling thread is the inference thread.
/// </summary>
/// <param name="bundle">Trained; its thresholds are not used.</param>
/// <param name="good">Good images, none of a part that was used in training.</param>
/// <param name="source">Where they came from, for the calibration.</param>
/// <param name="options">Target and edges of the calibration.</param>
/// <param name="seed">Seed of the defects rendered for the gate.</param>
public sealed class Tuner(ModelBundle bundle, IReadOnlyList<NamedImage> good, string source, CalibrationOptions options, int seed)
{
    private const int BatchTiles = 8;

    // So many good tiles, and so many with defects, show what the layers give; more only take longer.
    private const int RangeTiles = 48;

    private readonly IReadOnlyDictionary<string, ActivationRange> _ranges = ActivationRanges.Measure(bundle, RangeTilesOf(good, seed));

    /// <summary>Times every candidate in turns, so that a noisy machine is noisy for all, gates the precisions and chooses.</summary>
    /// <param name="threads">Numbers of threads to try.</param>
    /// <param name="rounds">Turns of each candidate.</param>
    /// <param name="cancellation">Ends between two images or rounds.</param>
    /// <exception cref="DatasetException">The images can't be calibrated on, as <see cref="Calibrator"/> says.</exception>
    /// <exception cref="ModelException">The bundle's golden tiles are not answered as recorded even in single precision.</exception>
    public TuningResult Tune(IReadOnlyList<int> threads, int rounds, CancellationToken cancellation)
    {
        Dictionary<Precision, string> refused = [];
        IReadOnlyList<TunedCandidate> candidates = Time(threads, rounds, refused, cancellation);
        IReadOnlyList<GateImage> images = GateImages();
        (CalibrationResult referenceCalibration, GateScores reference) = Score(Fastest(candidates, Precision.Float32), images, cancellation);
        Dictionary<Precision, AccuracyGate> gates = [];
        Dictionary<Precision, CalibrationResult> calibrations = new() { [Precision.Float32] = referenceCalibration };
        foreach (Precision precision in candidates.Select(candidate => candidate.Precision).Distinct().Where(p => p != Precision.Float32))
        {
            try
            {
                (calibrations[precision], GateScores scores) = Score(Fastest(candidates, precision), images, cancellation);
                gates[precision] = AccuracyGate.Compare(images, scores, reference);
            }
            catch (Exception e) when (e is ModelException or DatasetException)
            {
                refused[precision] = e.Message;
            }
        }

        TunedCandidate chosen = Choose(candidates, gates);
        CalibrationResult calibration = calibrations[chosen.Precision];
        return new TuningResult(
            candidates, gates, refused, chosen, ProfileOf(chosen, calibration.Bundle.Manifest.Calibration!), calibration.Excluded, calibration.Warning);
    }

    /// <summary>The fastest that is accurate; single precision is what the others are compared with.</summary>
    /// <param name="candidates">Fastest first.</param>
    /// <param name="gates">By precision; one that is missing was refused.</param>
    internal static TunedCandidate Choose(IReadOnlyList<TunedCandidate> candidates, IReadOnlyDictionary<Precision, AccuracyGate> gates) => candidates.First(
        candidate => candidate.Precision == Precision.Float32 || (gates.TryGetValue(candidate.Precision, out AccuracyGate? gate) && gate.Failure is null));

    private static TunedCandidate Fastest(IReadOnlyList<TunedCandidate> candidates, Precision precision) =>
        candidates.First(candidate => candidate.Precision == precision);

    /// <summary>Every way to run, fastest first.</summary>
    private List<TunedCandidate> Time(IReadOnlyList<int> threads, int rounds, Dictionary<Precision, string> refused, CancellationToken cancellation)
    {
        List<TimedStage> stages = [];
        try
        {
            byte[] tile = Spread(good).First();
            foreach (Precision precision in Precisions.OfTheProcessor())
            {
                try
                {
                    stages.Add(new TimedStage(Calibrator.WithoutThresholds(bundle), Inference(precision, threads[0]), tile));
                }
                catch (ModelException e) when (precision != Precision.Float32)
                {
                    refused[precision] = e.Message;
                }
            }

            (TimedStage Stage, int Threads)[] turns = [.. stages.SelectMany(stage => threads.Select(count => (stage, count)))];
            List<double>[] times = [.. turns.Select(_ => new List<double>())];
            for (int round = 0; round < rounds; round++)
            {
                cancellation.ThrowIfCancellationRequested();
                for (int turn = 0; turn < turns.Length; turn++)
                {
                    times[turn].Add(turns[turn].Stage.Run(turns[turn].Threads));
                }
            }

            return [.. turns.Zip(times, (turn, ms) => new TunedCandidate(turn.Stage.Precision, turn.Threads, Median(ms))).OrderBy(candidate => candidate.MsPerTile)];
        }
        finally
        {
            stages.ForEach(stage => stage.Dispose());
        }
    }

    private (CalibrationResult Calibration, GateScores Scores) Score(TunedCandidate candidate, IReadOnlyList<GateImage> images, CancellationToken cancellation)
    {
        InferenceOptions inference = Inference(candidate.Precision, candidate.Threads);
        CalibrationResult calibration = Calibrator.Calibrate(bundle, good, source, options, inspected: null, cancellation, inference);
        return (calibration, GateScores.Of(bundle, calibration.Bundle.Manifest.Calibration!, inference, images, options, cancellation));
    }

    private InferenceOptions Inference(Precision precision, int threads) => new()
    {
        Precision = precision,
        Threads = threads,
        BatchTiles = BatchTiles,
        ActivationRanges = precision == Precision.Int8 ? _ranges : null,
    };

    /// <summary>Good tiles, and tiles with defects that are none of the gate's: what a defect gives no good tile does.</summary>
    private static IEnumerable<byte[]> RangeTilesOf(IReadOnlyList<NamedImage> good, int seed)
    {
        Random random = new(~seed);
        return [.. Spread(good), .. Spread([.. good.Select(image => image with { Image = MarredImage.Render(image.Image, random).Image })])];
    }

    /// <summary>The good images, and after each the same with defects.</summary>
    private List<GateImage> GateImages()
    {
        Random random = new(seed);
        List<GateImage> images = [];
        foreach (NamedImage image in good)
        {
            images.Add(new GateImage(image.Image, null));
            images.Add(MarredImage.Render(image.Image, random));
        }

        return images;
    }

    private LocalProfile ProfileOf(TunedCandidate chosen, ModelCalibration calibration) => new LocalProfile(
        LocalProfile.CurrentSchema,
        Processors.ThisMachine(),
        bundle.Manifest.Fingerprint,
        chosen.Precision,
        chosen.Threads,
        chosen.Precision == Precision.Int8 ? _ranges : null,
        calibration,
        "").Hashed();

    /// <summary>Tiles from all images alike, as production cuts them.</summary>
    private static IEnumerable<byte[]> Spread(IReadOnlyList<NamedImage> images)
    {
        (NamedImage Image, int Tile)[] all =
            [.. images.SelectMany(image => Enumerable.Range(0, new TileGrid(image.Image.Width, image.Image.Height).Count).Select(tile => (image, tile)))];
        int count = Math.Min(RangeTiles, all.Length);
        return Enumerable.Range(0, count).Select(i => all[(int)((long)i * all.Length / count)]).Select(at => MarredImage.Tile(at.Image.Image, at.Tile));
    }

    private static double Median(List<double> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }
}

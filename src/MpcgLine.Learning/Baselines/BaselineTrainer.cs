using System.Runtime.InteropServices;
using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Learning.Datasets;
using MpcgLine.Learning.Training;
using static TorchSharp.torch;

namespace MpcgLine.Learning.Baselines;

/// <summary>Makes a baseline from the same good images, minutes or steps, and seed as a bundle is made from.</summary>
public static class BaselineTrainer
{
    // Enough for a median and for two moments.
    private const int TilesMeasured = 32;

    /// <summary>
    /// Trains, or goes on with the training found in the run folder. Blocks; the calling thread is the training thread.
    /// LCA and PHOT have nothing to train, and leave no run folder.
    /// </summary>
    /// <param name="method">One that starts from good images.</param>
    /// <param name="images">Good images; the held-out ones only say how well it goes.</param>
    /// <param name="options">Minutes or steps, seed, batch, flips and device; the rest is for bundles.</param>
    /// <param name="progress">Told after every step, on the training thread.</param>
    /// <param name="cancellation">Saves a checkpoint, then throws.</param>
    /// <exception cref="ModelException">The device is not there.</exception>
    /// <exception cref="TrainingException">An option out of range, another training in the run folder, a divergence, a disk that can't be written, or a failure in native code.</exception>
    public static Baseline Train(
        InspectionMethod method,
        GoodImages images,
        TrainingOptions options,
        IProgress<TrainingProgress> progress,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(options);
        if (method.NeedsBundle())
        {
            throw new ArgumentOutOfRangeException(nameof(method), method, "This method starts from a bundle.");
        }

        return method switch
        {
            InspectionMethod.Lca => new Baseline(method, LcaMap.Learn(GoodTiles.Middle(images.Training, TilesMeasured))),
            InspectionMethod.Phot => new Baseline(method, new Dictionary<string, WeightArray>()),
            _ => TrainNetwork(method, images, options, progress, cancellation),
        };
    }

    private static Baseline TrainNetwork(
        InspectionMethod method,
        GoodImages images,
        TrainingOptions options,
        IProgress<TrainingProgress> progress,
        CancellationToken cancellation)
    {
        BundleTrainer.RequireInRange(options);
        Device device = InferenceDevices.Select(options.Device);
        RunFolder.Claim(options.RunFolder, TrainingFingerprint.Of(images, options, method.Word()));
        try
        {
            return TrainNetwork(method, images, options, device, progress, cancellation);
        }
        catch (ExternalException e)
        {
            throw TrainingException.OfNative("The training", e);
        }
    }

    private static Baseline TrainNetwork(
        InspectionMethod method,
        GoodImages images,
        TrainingOptions options,
        Device device,
        IProgress<TrainingProgress> progress,
        CancellationToken cancellation)
    {
        TileSampler sampler = new(images.Training, options.Flips, options.ByRarity), heldOut = new(images.HeldOut, options.Flips, options.ByRarity);
        using ITrainingTask task = method == InspectionMethod.MsFcae
            ? new MsFcaeTask(sampler, heldOut, options, device)
            : new AutoencoderTask(method, sampler, heldOut, options, device);
        using NetworkTrainer trainer = new(task, options, progress);
        trainer.Run(options.Minutes, cancellation);
        IReadOnlyDictionary<string, WeightArray> weights = task.Network.ToArrays();
        return new Baseline(method, method == InspectionMethod.MsFcae
            ? weights.Concat(MsFcaeMap.Measure(weights, GoodTiles.Middle(images.Training, TilesMeasured))).ToDictionary()
            : weights);
    }
}

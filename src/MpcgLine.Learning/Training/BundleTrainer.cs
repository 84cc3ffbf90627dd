using System.Runtime.InteropServices;
using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Learning.Datasets;
using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.Learning.Training;

/// <summary>
/// Makes both networks of a bundle from good images: first the reconstruction, then the fusion with the
/// reconstruction fixed before it.
/// </summary>
public static class BundleTrainer
{
    /// <summary>
    /// Trains, or goes on with the training found in the run folder. Blocks for minutes; call it on a thread of its
    /// own, which is the training thread.
    /// </summary>
    /// <param name="images">Good images; the held-out ones only say how well it goes.</param>
    /// <param name="options">What to train.</param>
    /// <param name="name">Name of the bundle.</param>
    /// <param name="command">The command that asked for it, for the manifest.</param>
    /// <param name="progress">Told after every step, on the training thread.</param>
    /// <param name="cancellation">Saves a checkpoint, then throws.</param>
    /// <returns>A bundle without thresholds and golden tiles.</returns>
    /// <exception cref="TrainingException">
    /// An option out of range, another training in the run folder, a damaged checkpoint, a divergence, a disk that can't be
    /// written, or a failure in native code, such as a GPU's memory that is used up.
    /// </exception>
    /// <exception cref="DatasetException">The training images are flat.</exception>
    /// <exception cref="ModelException">The device is not there, or a trained weight is beyond half precision.</exception>
    public static ModelBundle Train(
        GoodImages images,
        TrainingOptions options,
        string name,
        string command,
        IProgress<TrainingProgress> progress,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(options);
        RequireInRange(options);
        Device device = InferenceDevices.Select(options.Device);
        RunFolder.Claim(options.RunFolder, TrainingFingerprint.Of(images, options));
        try
        {
            return TrainBoth(images, options, device, name, command, progress, cancellation);
        }
        catch (ExternalException e)
        {
            throw TrainingException.OfNative("The training", e);
        }
    }

    private static ModelBundle TrainBoth(
        GoodImages images,
        TrainingOptions options,
        Device device,
        string name,
        string command,
        IProgress<TrainingProgress> progress,
        CancellationToken cancellation)
    {
        var sampler = new TileSampler(images.Training, options.Flips, options.ByRarity);
        var heldOut = new TileSampler(images.HeldOut, options.Flips, options.ByRarity);
        float grayScale = GrayScale.Of(images.Training);
        bool knowsMaps = options.Start?.Manifest.Fusion.Maps == options.Maps;

        using var reconstructionTask = new ReconstructionTask(sampler, heldOut, options, device);
        (int reconstructionSteps, double reconstructionSeconds) = TrainOne(
            reconstructionTask, options.Start?.Reconstruction, options, options.ReconstructionShare, progress, cancellation);

        using var fixedReconstruction = new ReconstructionModel(options.Width, reconstructionTask.Network.Tensors, options.ElementType, device);
        using var fusionTask = new FusionTask(sampler, heldOut, options, device, fixedReconstruction, grayScale);
        (int fusionSteps, double fusionSeconds) = TrainOne(
            fusionTask, knowsMaps ? options.Start?.Fusion : null, options, 1 - options.ReconstructionShare, progress, cancellation);
        TrainingPictures.Write(options.RunFolder, fusionTask, options.Seed);

        ModelProvenance? before = options.Start?.Manifest.Provenance;
        var manifest = new ModelManifest(
            ModelManifest.CurrentSchema,
            name,
            new ModelArchitecture(options.Width),
            new ModelFusion(options.Maps, grayScale),
            Calibration: null,
            new ModelProvenance(
                [.. before?.Commands ?? [], command],
                images.Source,
                options.Seed,
                (before?.ReconstructionSteps ?? 0) + reconstructionSteps,
                (knowsMaps ? before!.FusionSteps : 0) + fusionSteps,
                Math.Round((before?.Minutes ?? 0) + ((reconstructionSeconds + fusionSeconds) / 60), 1),
                $"MpcgLine {typeof(BundleTrainer).Assembly.GetName().Version?.ToString(3)}"),
            new Dictionary<string, string>());
        return ModelBundle.FromTraining(manifest, reconstructionTask.Network.ToArrays(), fusionTask.Network.ToArrays());
    }

    /// <summary>Steps and seconds; none where the share is 0 and the network stays what it was.</summary>
    private static (int Steps, double Seconds) TrainOne(
        ITrainingTask task,
        IReadOnlyDictionary<string, WeightArray>? start,
        TrainingOptions options,
        double share,
        IProgress<TrainingProgress> progress,
        CancellationToken cancellation)
    {
        if (start is not null)
        {
            task.Network.Load(start);
        }

        if (share == 0)
        {
            return (0, 0);
        }

        using var trainer = new NetworkTrainer(task, options, progress, isTrained: start is not null);
        return trainer.Run(options.Minutes * share, cancellation);
    }

    /// <summary>Refuses options out of range.</summary>
    /// <exception cref="TrainingException">Names every one.</exception>
    internal static void RequireInRange(TrainingOptions options)
    {
        var problems = new List<string>();
        options.AddProblems(problems);
        if (problems.Count > 0)
        {
            throw new TrainingException($"The training can't begin: {string.Join(" ", problems)}");
        }
    }
}

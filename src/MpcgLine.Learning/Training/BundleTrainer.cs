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
    /// <param name="images">Good images; only their training part is used.</param>
    /// <param name="options">What to train.</param>
    /// <param name="name">Name of the bundle.</param>
    /// <param name="command">The command that asked for it, for the manifest.</param>
    /// <param name="progress">Told after every step, on the training thread.</param>
    /// <param name="cancellation">Saves a checkpoint, then throws.</param>
    /// <returns>A bundle without thresholds and golden tiles.</returns>
    /// <exception cref="TrainingException">
    /// An option out of range, another training in the run folder, a damaged checkpoint, a divergence, or a disk that
    /// can't be written.
    /// </exception>
    /// <exception cref="DatasetException">The training images are flat.</exception>
    /// <exception cref="ModelException">A trained weight is beyond half precision.</exception>
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
        ScalarType precision = Precisions.Select(options.Precision, InferenceDevice.Cpu);
        RunFolder.Claim(options.RunFolder, TrainingFingerprint.Of(images, options, precision));
        var sampler = new TileSampler(images.Training, options.Flips);
        float grayScale = GrayScale.Of(images.Training);

        using var reconstructionTask = new ReconstructionTask(sampler, options, precision);
        using var reconstructionTrainer = new NetworkTrainer(reconstructionTask, options, progress);
        (int reconstructionSteps, double reconstructionSeconds) =
            reconstructionTrainer.Run(options.Minutes * options.ReconstructionShare, cancellation);

        using var fixedReconstruction = new ReconstructionModel(options.Width, reconstructionTask.Network.Tensors, precision, CPU);
        using var fusionTask = new FusionTask(sampler, options, precision, fixedReconstruction, grayScale);
        using var fusionTrainer = new NetworkTrainer(fusionTask, options, progress);
        (int fusionSteps, double fusionSeconds) =
            fusionTrainer.Run(options.Minutes * (1 - options.ReconstructionShare), cancellation);

        var manifest = new ModelManifest(
            ModelManifest.CurrentSchema,
            name,
            new ModelArchitecture(options.Width),
            new ModelFusion(options.Maps, grayScale),
            Calibration: null,
            new ModelProvenance(
                [command],
                images.Source,
                options.Seed,
                reconstructionSteps,
                fusionSteps,
                Math.Round((reconstructionSeconds + fusionSeconds) / 60, 1),
                $"MpcgLine {typeof(BundleTrainer).Assembly.GetName().Version?.ToString(3)}"),
            new Dictionary<string, string>());
        return ModelBundle.FromTraining(manifest, reconstructionTask.Network.ToArrays(), fusionTask.Network.ToArrays());
    }

    private static void RequireInRange(TrainingOptions options)
    {
        var problems = new List<string>();
        options.AddProblems(problems);
        if (problems.Count > 0)
        {
            throw new TrainingException($"The training can't begin: {string.Join(" ", problems)}");
        }
    }
}

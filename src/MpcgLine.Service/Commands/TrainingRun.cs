using MpcgLine.Inspection;
using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Inspection.Tiling;
using MpcgLine.Learning.Bundles;
using MpcgLine.Learning.Calibration;
using MpcgLine.Learning.Datasets;
using MpcgLine.Learning.Training;
using MpcgLine.Service.Workers;
using Spectre.Console;

namespace MpcgLine.Service.Commands;

/// <summary>One training from good images to the bundle on disk, with its progress shown.</summary>
/// <param name="images">Good images.</param>
/// <param name="training">What to train.</param>
/// <param name="calibration">Target and edges of the thresholds.</param>
/// <param name="folder">Folder of the bundle.</param>
/// <param name="command">The command that asked for it, for the manifest.</param>
internal sealed class TrainingRun(
    GoodImages images, TrainingOptions training, CalibrationOptions calibration, string folder, string command)
{
    private const int GoldenTiles = 2;

    private readonly Dictionary<string, int> _unguarded = [];

    public async Task<int> RunAsync()
    {
        Console.WriteLine($"{CommonOptions.Count(images.Training)} train, {CommonOptions.Count(images.HeldOut)} are held out for calibration ({images.Source}){CommonOptions.Remarks(images)}");
        using StopSignals stop = new();
        try
        {
            CalibrationResult result = await AnsiConsole.Progress()
                .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn())
                .StartAsync(progress => DedicatedThread.Run("training", () => Make(progress, stop.Token)));
            CalibrateCommand.WriteRemarks(result);
            TrainingDisplay.WriteUnguarded(_unguarded);
            Console.WriteLine(ModelCommand.Calibration(result.Bundle.Manifest.Calibration));
            Console.WriteLine($"bundle written to {folder}");
            RunFolder.RemoveCheckpoints(training.RunFolder);
            Console.WriteLine($"log and pictures of the training lie in {training.RunFolder}");
            return ExitCode.Done;
        }
        catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
        {
            Console.WriteLine($"interrupted; the state is saved in {training.RunFolder}, the same command goes on from it");
            return ExitCode.Interrupted;
        }
    }

    private CalibrationResult Make(ProgressContext progress, CancellationToken stop)
    {
        TrainingDisplay display = new(progress, _unguarded);
        ModelBundle bundle = BundleTrainer.Train(
            images, training, Path.GetFileName(Path.GetFullPath(folder)), command, display, stop);
        ProgressTask task = progress.AddTask("calibration", maxValue: images.HeldOut.Count);
        CalibrationResult result = Calibrator.Calibrate(
            bundle, images.HeldOut, images.Source, calibration, new ImmediateProgress<int>(count => task.Value = count), stop);
        bundle = result.Bundle;
        result = result with
        {
            Bundle = bundle.WithGoldenTiles(
                TileInspector.MakeGoldenTiles(bundle, images.HeldOut.Take(GoldenTiles).Select(i => MiddleTile(i.Image)))),
        };
        // What this machine would refuse to inspect with is not written.
        new TileInspector(result.Bundle, new InferenceOptions()).Dispose();
        ModelFolder.Write(folder, result.Bundle);
        return result;
    }

    private static byte[] MiddleTile(GrayImage image)
    {
        TileGrid grid = new(image.Width, image.Height);
        byte[] tile = new byte[TileGrid.Size * TileGrid.Size];
        grid.CopyTile(image, grid.Rows / 2, grid.Columns / 2, tile);
        return tile;
    }
}

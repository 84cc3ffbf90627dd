using System.CommandLine;
using MpcgLine.Imaging;
using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Inspection.Reconstruction.Native;
using MpcgLine.Inspection.Stitching;
using MpcgLine.Learning.Bundles;
using MpcgLine.Learning.Calibration;
using MpcgLine.Learning.Datasets;

namespace MpcgLine.Service.Commands;

/// <summary><c>mpcgline calibrate</c>: sets a bundle's thresholds from good images it was not trained on.</summary>
internal static class CalibrateCommand
{
    /// <summary>Option for the share of good parts that may be flagged.</summary>
    public static Option<double> Target() => CommonOptions.Number(
        "--target",
        "Share of good parts, or of their exposures, that may be flagged, for the thresholds; below 1 / (n + 1) of n parts to set them on it is extrapolated.",
        CalibrationOptions.UsualTarget,
        0.0001,
        0.5);

    public static Command Create()
    {
        Option<string> model = new("--model") { Description = "Model bundle (a folder); its thresholds are replaced.", Required = true };
        Option<string> good = new("--good") { Description = $"Folder of good images ({ImageNames.Formats}) of parts that were not trained on.", Required = true };
        Option<double> target = Target();
        PartCommandOptions parts = new();
        PitchCommandOptions pitch = new();
        EdgeCommandOptions edges = new();
        Command command = new("calibrate", "Set every threshold of a bundle from good images, and say what to expect.")
        {
            model, good, target,
        };
        parts.AddTo(command);
        pitch.AddTo(command);
        const string asBefore = "as the bundle was calibrated before";
        edges.AddTo(command, mode: asBefore, inside: asBefore, cornerRadius: asBefore);
        command.SetAction(parsed =>
        {
            string folder = parsed.GetRequiredValue(model);
            ModelFolder.RequireReplaceable(folder);
            ModelBundle bundle = ModelFolder.Read(folder);
            ModelCalibration? before = bundle.Manifest.Calibration;
            GoodImages images = GoodImages.FromFolder(parsed.GetRequiredValue(good), parts.Read(parsed));
            CalibrationOptions calibration = new()
            {
                TargetRate = parsed.GetValue(target),
                Edges = edges.Read(parsed, before),
                ImagesAreExposures = images.ImagesAreExposures,
                Pitch = pitch.Read(parsed),
            };
            calibration.RequireEnough(images.All, oneOf: 1);
            TorchRuntime.Load();
            return Run(folder, bundle.WithCommand(CommonOptions.CommandLine(parsed)), images, calibration);
        });
        return command;
    }

    /// <summary>Prints what a calibration left out and how far it can be trusted.</summary>
    public static void WriteRemarks(CalibrationResult result)
    {
        if (result.Excluded.Count > 0)
        {
            Console.WriteLine($"left out of the calibration, since the production line would not inspect them: {string.Join("; ", result.Excluded)}");
        }

        if (result.Warning is { } warning)
        {
            Console.WriteLine($"warning: {warning}");
        }
    }

    private static int Run(string folder, ModelBundle bundle, GoodImages images, CalibrationOptions calibration)
    {
        using StopSignals stop = new();
        Console.WriteLine($"good: {CommonOptions.Count(images.All)}, {EdgeCommandOptions.Describe(calibration.Edges)}{CommonOptions.Remarks(images)}");
        if (bundle.Manifest.Calibration is { ImagesAreExposures: true } && !calibration.ImagesAreExposures)
        {
            Console.WriteLine("note: the bundle was calibrated with --exposures; now images of one part are taken for pieces of it");
        }

        CalibrationResult result = Calibrator.Calibrate(
            bundle, images.All, images.Source, calibration, new ImmediateProgress<int>(_ => { }), stop.Token);
        ModelFolder.Write(folder, result.Bundle);
        WriteRemarks(result);
        Console.WriteLine($"before: {ModelCommand.Calibration(bundle.Manifest.Calibration)}");
        Console.WriteLine($"now:    {ModelCommand.Calibration(result.Bundle.Manifest.Calibration)}");
        return ExitCode.Done;
    }
}

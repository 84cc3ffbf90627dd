using System.CommandLine;
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
        "--target", "Share of good images that may be flagged, for the thresholds.", new CalibrationOptions().TargetRate, 0.0001, 0.5);

    public static Command Create()
    {
        Option<string> model = new("--model") { Description = "Model bundle (a folder); its thresholds are replaced.", Required = true };
        Option<string> good = new("--good") { Description = "Folder of good images (PNG, JPEG, BMP) that were not trained on.", Required = true };
        Option<double> target = Target();
        Option<EdgeMode> edges = CommonOptions.Edges(EdgeMode.None);
        Option<double> inside = CommonOptions.Inside();
        Command command = new("calibrate", "Set every threshold of a bundle from good images, and say what to expect.")
        {
            model, good, target, edges, inside,
        };
        command.SetAction(parsed =>
        {
            CalibrationOptions calibration = new()
            {
                TargetRate = parsed.GetValue(target),
                Edges = new EdgeOptions { Mode = parsed.GetValue(edges), InsidePixels = parsed.GetValue(inside) },
            };
            string folder = parsed.GetRequiredValue(model);
            ModelBundle bundle = ModelFolder.Read(folder);
            GoodImages images = GoodImages.FromFolder(parsed.GetRequiredValue(good));
            TorchRuntime.Load();
            return Run(folder, bundle, images, calibration);
        });
        return command;
    }

    private static int Run(string folder, ModelBundle bundle, GoodImages images, CalibrationOptions calibration)
    {
        using StopSignals stop = new();
        ModelBundle calibrated = Calibrator.Calibrate(
            bundle, images.All, images.Source, calibration, new ImmediateProgress<int>(_ => { }), stop.Token);
        ModelFolder.Write(folder, calibrated);
        Console.WriteLine($"before: {ModelCommand.Calibration(bundle.Manifest.Calibration)}");
        Console.WriteLine($"now:    {ModelCommand.Calibration(calibrated.Manifest.Calibration)}");
        return ExitCode.Done;
    }
}

using System.Globalization;
using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Learning.Bundles;
using MpcgLine.Learning.Calibration;
using MpcgLine.Learning.Datasets;
using MpcgLine.Learning.Tuning;
using MpcgLine.Service.Commands;
using Spectre.Console;

namespace MpcgLine.Service.Measuring;

/// <summary><c>bench --tune</c>: chooses a bundle's arithmetic on this machine and writes it beside the bundle's files.</summary>
internal static class TuningRun
{
    // Of the defects rendered for the gate.
    private const int Seed = 1;

    /// <summary>Tunes; the calling thread is the inference thread.</summary>
    /// <param name="folder">The bundle's; its profile is replaced.</param>
    /// <param name="bundle">What is in it, calibrated: target and edges are as they were.</param>
    /// <param name="images">Good images.</param>
    /// <param name="rounds">Turns of each candidate.</param>
    /// <param name="stop">Ends between two images or rounds.</param>
    /// <exception cref="ModelException">The bundle is not calibrated, or its profile can't be written.</exception>
    public static void Run(string folder, ModelBundle bundle, GoodImages images, int rounds, CancellationToken stop)
    {
        TuningResult result = new Tuner(bundle, images.All, images.Source, OptionsOf(bundle, images), Seed).Tune(Threads(Processors.PhysicalCores()), rounds, stop);
        ModelFolder.WriteProfile(folder, result.Profile);
        Print(result);
        Console.WriteLine($"before: {ModelCommand.Calibration(bundle.Manifest.Calibration)}");
        Console.WriteLine($"now:    {ModelCommand.Calibration(result.Profile.Calibration)}");
        Console.WriteLine($"{result.Chosen.Precision} with {result.Chosen.Threads} threads is written to {Path.Combine(folder, LocalProfile.FileName)}");
    }

    /// <summary>How the bundle was calibrated, to be done again in other arithmetic.</summary>
    /// <param name="bundle">The bundle.</param>
    /// <param name="images">On which it is done.</param>
    /// <exception cref="ModelException">It is not calibrated, or was calibrated on exposures and these are none.</exception>
    public static CalibrationOptions OptionsOf(ModelBundle bundle, GoodImages images)
    {
        ModelCalibration before = bundle.Manifest.Calibration
            ?? throw new ModelException($"{bundle.Manifest.Name} is not calibrated: run `mpcgline calibrate` on good images first.");
        if (before.ImagesAreExposures == true && !images.ImagesAreExposures)
        {
            throw new ModelException($"{bundle.Manifest.Name} was calibrated on exposures, each with a verdict of its own: add --exposures, with --part, or calibrate it anew.");
        }

        return new CalibrationOptions
        {
            ImagesAreExposures = images.ImagesAreExposures,
            TargetRate = before.TargetFalseAlarmRate,
            Edges = new()
            {
                Mode = before.Edges ?? default,
                InsidePixels = before.InsidePixels ?? new Inspection.Stitching.EdgeOptions().InsidePixels,
                CornerRadiusPixels = before.CornerRadiusPixels ?? 0,
            },
        };
    }

    /// <summary>1, 2, 4, ... and all cores.</summary>
    private static List<int> Threads(int cores)
    {
        List<int> threads = [];
        for (int count = 1; count < cores; count *= 2)
        {
            threads.Add(count);
        }

        return [.. threads, cores];
    }

    private static void Print(TuningResult result)
    {
        Table table = new Table().Border(TableBorder.Rounded).AddColumns("precision", "threads", "ms per tile", "accuracy");
        foreach (TunedCandidate candidate in result.Candidates)
        {
            table.AddRow(
                candidate.Precision.ToString(),
                candidate.Threads.ToString(CultureInfo.InvariantCulture),
                Text($"{candidate.MsPerTile:0.0}"),
                Markup.Escape(Accuracy(result, candidate.Precision)));
        }

        AnsiConsole.Write(table);
        foreach ((Precision precision, string reason) in result.Refused)
        {
            Console.WriteLine($"{precision} can't be run: {reason}");
        }

        if (result.Excluded.Count > 0)
        {
            Console.WriteLine($"left out, since the production line would not inspect them: {string.Join("; ", result.Excluded)}");
        }

        if (result.Warning is { } warning)
        {
            Console.WriteLine($"warning: {warning}");
        }
    }

    private static string Accuracy(TuningResult result, Precision precision) => !result.Gates.TryGetValue(precision, out AccuracyGate? gate)
        ? "what the others are compared with"
        : gate.Failure is { } failure
            ? $"excluded: {failure}"
            : Text($"F1 of cells {gate.F1:0.0000} against {gate.ReferenceF1:0.0000}; {gate.OtherVerdicts} of {gate.Images} images judged otherwise, all within 2 % of the threshold; {gate.CrossedCells:P3} of the cells cross it");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

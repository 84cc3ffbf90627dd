using System.CommandLine;
using System.Globalization;
using MpcgLine.Inspection;
using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Inspection.Reconstruction.Native;
using MpcgLine.Learning.Bundles;
using Spectre.Console;

namespace MpcgLine.Service.Commands;

/// <summary><c>mpcgline model show|verify</c>.</summary>
internal static class ModelCommand
{
    public static Command Create()
    {
        Argument<string> shown = Bundle();
        Command show = new("show", "Show what a bundle is and how it was made.") { shown };
        show.SetAction(parsed => Show(ModelFolder.Read(parsed.GetRequiredValue(shown))));

        Argument<string> verified = Bundle();
        Command verify = new("verify", "Prove a bundle: hashes, shapes, finite weights, and its golden tiles' answers on this machine.") { verified };
        verify.SetAction(parsed =>
        {
            ModelBundle bundle = ModelFolder.Read(parsed.GetRequiredValue(verified));
            TorchRuntime.Load();
            return Verify(bundle);
        });
        return new Command("model", "Look at a model bundle.") { show, verify };
    }

    private static Argument<string> Bundle() => new("bundle")
    {
        Description = "Model bundle (a folder).",
        DefaultValueFactory = _ => CommonOptions.ShippedModel,
    };

    private static int Show(ModelBundle bundle)
    {
        ModelManifest manifest = bundle.Manifest;
        Table table = new Table().Border(TableBorder.None).HideHeaders().AddColumns("", "");
        void Row(string name, string value) => table.AddRow(Markup.Escape(name), Markup.Escape(value));
        Row("name", manifest.Name);
        Row("reconstruction", string.Create(CultureInfo.InvariantCulture, $"Table 4 x {manifest.Architecture.Width}, {Parameters(bundle.Reconstruction):N0} weights"));
        Row("fusion", string.Create(CultureInfo.InvariantCulture, $"sees {manifest.Fusion.Maps}; {Parameters(bundle.Fusion):N0} weights; gray scale {manifest.Fusion.GrayScale:0.##}"));
        Row("calibration", Calibration(manifest.Calibration));
        Row("trained on", manifest.Provenance.Source);
        Row("training", string.Create(
            CultureInfo.InvariantCulture,
            $"seed {manifest.Provenance.Seed}, {manifest.Provenance.ReconstructionSteps} + {manifest.Provenance.FusionSteps} steps, {manifest.Provenance.Minutes} minutes, {manifest.Provenance.Software}"));
        foreach (string made in manifest.Provenance.Commands)
        {
            Row("command", made);
        }

        Row("golden tiles", bundle.GoldenTiles.Count.ToString(CultureInfo.InvariantCulture));
        foreach ((string file, string hash) in manifest.Sha256)
        {
            Row(file, $"sha256 {hash}");
        }

        AnsiConsole.Write(table);
        return ExitCode.Done;
    }

    private static int Verify(ModelBundle bundle)
    {
        using (new TileInspector(bundle, new InferenceOptions { BatchTiles = 1 }))
        {
            Console.WriteLine($"{bundle.Manifest.Name}: whole, and {bundle.GoldenTiles.Count} golden tiles answer as recorded");
        }

        return ExitCode.Done;
    }

    /// <summary>The thresholds in words, with what to expect of them.</summary>
    internal static string Calibration(ModelCalibration? calibration)
    {
        if (calibration is null)
        {
            return "none: run `mpcgline calibrate`";
        }

        string from = calibration.Parts is { } parts && parts != calibration.GoodImages
            ? $"{parts} good parts on {calibration.GoodImages} images"
            : $"{calibration.GoodImages} good images, each a part,";
        string flagged = calibration.ImagesAreExposures is true ? "exposures of good parts" : "good parts";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"learned t {calibration.Threshold:0.###}, paper epsilon {calibration.Epsilon:0.###}; asked for {calibration.TargetFalseAlarmRate:P1} of {flagged} flagged, expect {calibration.ExpectedLow:P1} to {calibration.ExpectedHigh:P1} (95 %), from {from} of {calibration.Source}{AreaRates(calibration)}");
    }

    /// <summary>The same rates per square metre of inspected part; empty where the pixel pitch was not given.</summary>
    private static string AreaRates(ModelCalibration calibration)
    {
        if (calibration.PartSquareMetres is not { } area)
        {
            return "";
        }

        // Places flagged by chance are spread at random, so a share p of flagged parts stands for -ln(1 - p) places on each.
        string Rate(double share) => share >= 1 ? "any number" : share <= 0 ? "0" : (-Math.Log(1 - share) / area).ToString("0.###", CultureInfo.InvariantCulture);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"; per square metre of inspected part ({area:G4} m2 each) asked for {Rate(calibration.TargetFalseAlarmRate)}, expect {Rate(calibration.ExpectedLow)} to {Rate(calibration.ExpectedHigh)}");
    }

    private static long Parameters(IReadOnlyDictionary<string, WeightArray> weights) => weights.Values.Sum(w => w.Values.LongLength);
}

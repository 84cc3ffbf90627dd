using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using MpcgLine.Imaging;
using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Inspection.Reconstruction.Native;
using MpcgLine.Learning.Bundles;
using MpcgLine.Learning.Calibration;
using MpcgLine.Learning.Datasets;
using MpcgLine.Service.Configuration;
using MpcgLine.Service.Measuring;
using MpcgLine.Service.Workers;
using MpcgLine.Simulation;

namespace MpcgLine.Service.Commands;

/// <summary><c>mpcgline bench</c>: what inspection costs on this machine, and whether it stays flat.</summary>
internal static class BenchCommand
{
    private static readonly TimeSpan ShortestSoak = TimeSpan.FromSeconds(1), LongestSoak = TimeSpan.FromDays(7);

    public static Command Create()
    {
        Option<string> model = CommonOptions.Model();
        Option<string?> json = new("--json") { Description = "File for all figures." };
        Option<int> rounds = CommonOptions.Whole("--rounds", "Repetitions of what is compared, each over a whole panel; with --tune, over a few tiles.", 12, 1, 10_000);
        Option<int> panels = CommonOptions.Whole("--panels", "Panels whose latency is measured.", 100, 2, 1_000_000);
        Option<int> threads = CommonOptions.Whole("--threads", "Threads of the tensor library; the limits are set for 2.", 2, 1, 64);
        Option<InferenceDevice> device = CommonOptions.Device();
        Option<double> linesPerSecond = CommonOptions.Number(
            "--lines-per-second", "Line rate at which latency is measured; 0: what the line sustains, less a reserve.", 0, 0, 1_000_000);
        Option<TimeSpan?> soak = new("--soak")
        {
            Description = "Run a production line for a time instead (90s, 20m, 2h) and prove it flat. Exit code: 0 flat, 1 not, 2 any error.",
            HelpName = "duration",
            CustomParser = Duration,
        };
        Option<bool> scaling = new("--scaling")
        {
            Description = "Compare panels with panels twice as long instead. Exit code: 0 linear, 1 not, 2 any error.",
        };
        Option<bool> tune = new("--tune")
        {
            Description = "Choose the fastest arithmetic and number of threads for this machine that answer as single precision does, instead, and write them into the bundle as profile.json, with thresholds of their own; needs --good.",
        };
        Option<string?> good = new("--good")
        {
            Description = $"With --tune: folder of good images ({ImageNames.Formats}) of parts that were not trained on.",
        };
        PartCommandOptions parts = new();
        SimulationCommandOptions simulation = new();
        Command command = new("bench", "Measure what inspection costs on this machine.")
        {
            model, json, rounds, panels, threads, device, linesPerSecond, soak, scaling, tune, good,
        };
        parts.AddTo(command);
        simulation.AddTo(command);
        command.Validators.Add(result =>
        {
            int others = (result.GetValue(scaling) ? 1 : 0) + (result.GetValue(soak) is not null ? 1 : 0) + (result.GetValue(tune) ? 1 : 0);
            if (others > 1)
            {
                result.AddError("--soak, --scaling and --tune are different measurements; ask for one.");
            }

            if (result.GetValue(tune) != result.GetValue(good) is not null)
            {
                result.AddError("--tune and --good go together: the choice is proven, and its thresholds are set, on good images.");
            }

            if (result.GetValue(tune) && result.GetValue(device) == InferenceDevice.Cuda)
            {
                result.AddError("--tune is for the processor; on a GPU nothing is left to choose.");
            }

            if (result.GetValue(linesPerSecond) > 0 && (result.GetValue(scaling) || result.GetValue(soak) is not null))
            {
                result.AddError("--lines-per-second goes with neither --soak nor --scaling: it sets the rate at which latency is measured beside the path.");
            }
        });
        command.SetAction(async parsed =>
        {
            if (parsed.GetValue(tune))
            {
                return await TuneAsync(parsed.GetRequiredValue(model), GoodImages.FromFolder(parsed.GetValue(good)!, parts.Read(parsed)), parsed.GetValue(rounds));
            }

            PanelSimulationOptions template = simulation.Template(parsed);
            if (parsed.GetValue(scaling) && 2 * template.Length > PanelSimulationOptions.MaximumLength)
            {
                throw new CommandException($"--length is {template.Length}; allowed with --scaling is up to {PanelSimulationOptions.MaximumLength / 2}");
            }

            InferenceOptions asked = new ModelOptions { Threads = parsed.GetValue(threads), Device = parsed.GetValue(device) }.Inference();
            LoadedModel loaded = LoadedModel.Read(parsed.GetRequiredValue(model), asked);
            TorchRuntime.Load();
            BenchSetup setup = new(loaded, template);
            BenchReport report = new(Machine.Read(TimeProvider.System, loaded.Inference), loaded.Bundle.Manifest.Name, template.Width, template.Length);
            if (parsed.GetValue(soak) is { } duration)
            {
                report = report with { Soak = await Soak.RunAsync(setup, duration) };
            }
            else if (parsed.GetValue(scaling))
            {
                report = report with { Scaling = await DedicatedThread.Run("inference", () => Scaling.Measure(setup, parsed.GetValue(rounds))) };
            }
            else
            {
                report = report with { Path = await DedicatedThread.Run("inference", () => PathBench.Measure(setup, parsed.GetValue(rounds))) };
                report = report with { Line = await LineBench.MeasureAsync(setup, parsed.GetValue(panels), parsed.GetValue(linesPerSecond)) };
            }

            report.Print();
            if (parsed.GetValue(json) is { } file)
            {
                report.Write(file);
            }

            // Figures of a machine are figures, whatever they are; a proof fails.
            return report.Path is not null || report.Holds ? ExitCode.Done : ExitCode.DoesNotHold;
        });
        return command;
    }

    private static async Task<int> TuneAsync(string folder, GoodImages images, int rounds)
    {
        ModelBundle bundle = ModelFolder.Read(folder);
        CalibrationOptions options = TuningRun.OptionsOf(bundle, images);
        options.RequireFitting(images.All);
        options.RequireEnough(images.All, oneOf: 1);
        TorchRuntime.Load();
        using StopSignals stop = new();
        Console.WriteLine($"good: {CommonOptions.Count(images.All)}, {EdgeCommandOptions.Describe(options.Edges)}{CommonOptions.Remarks(images)}");
        await DedicatedThread.Run("inference", () => TuningRun.Run(folder, bundle, images, rounds, stop.Token));
        return ExitCode.Done;
    }

    private static TimeSpan? Duration(ArgumentResult result)
    {
        string given = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        double seconds = given.Length == 0 ? 0 : given[^1] switch { 's' => 1, 'm' => 60, 'h' => 3600, _ => 0 };
        if (double.TryParse(given.AsSpan(0, Math.Max(0, given.Length - 1)), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double count)
            && count * seconds >= ShortestSoak.TotalSeconds && count * seconds <= LongestSoak.TotalSeconds)
        {
            return TimeSpan.FromSeconds(count * seconds);
        }

        result.AddError($"--soak is '{given}'; allowed is a number with s, m or h, of 1 second to 7 days.");
        return null;
    }
}

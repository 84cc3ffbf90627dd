using System.CommandLine;
using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Inspection.Reconstruction.Native;
using MpcgLine.Inspection.Stitching;
using MpcgLine.Learning.Datasets;
using MpcgLine.Service.Reproduction;

namespace MpcgLine.Service.Commands;

/// <summary>
/// <c>mpcgline reproduce</c>: the paper's tables from one command. Ctrl-C saves (exit code 130); the same command goes on.
/// </summary>
internal static class ReproduceCommand
{
    private const string Simulated = "simulated";

    public static Command Create()
    {
        Option<string> data = new("--data")
        {
            Description = $"'{Simulated}' for simulated panels, or a folder with train/good and test/good, test/defect and test/masks (or the layout of MVTec AD).",
            Required = true,
        };
        Option<string> folder = new("--out") { Description = "Folder for reproduction.json, reproduction.md and contact-sheet.png; finished stages are kept in its folder 'stages'.", Required = true };
        Option<ReproducedTables> tables = Tables();
        Option<IReadOnlyList<string>> only = Only();
        Option<double> large = CommonOptions.Number("--minutes-large", "Minutes for each network that reconstructs.", 15, 0.01, 100_000);
        Option<double> small = CommonOptions.Number("--minutes-small", "Minutes for each learned fusion.", 5, 0.01, 100_000);
        Option<int> steps = CommonOptions.Whole("--steps", "Steps of each network instead of minutes; 0: minutes rule.", 0, 0, 10_000_000);
        Option<InferenceDevice> device = CommonOptions.Device("Where the networks are trained; they are scored on the processor");
        Option<double> width = CommonOptions.Number("--network-width", "Factor on the channel counts of Table 4.", 0.5, 0.125, 1);
        Option<double> pixelTerm = CommonOptions.Number("--pixel-term", "Weight of a mean absolute error added to every loss; 0: the losses as printed.", 0.0, 0, 100);
        Option<double> target = CalibrateCommand.Target();
        Option<int> panels = CommonOptions.Whole("--panels", $"With --data {Simulated}: clean panels to train and calibrate on.", 64, 4, 10_000);
        Option<int> testPanels = CommonOptions.Whole("--test-panels", $"With --data {Simulated}: panels to score on, a third of them clean.", 60, 3, 10_000);
        PartCommandOptions parts = new();
        EdgeCommandOptions edges = new();
        SimulationCommandOptions simulation = new();
        Command command = new("reproduce", "Print the paper's Tables 1, 2 and 3 beside its own figures, or tell which maps the fusion needs. Ctrl-C saves (exit code 130); the same command goes on.")
        {
            data, folder, tables, only, large, small, steps, device, width, pixelTerm, target, panels, testPanels,
        };
        parts.AddTo(command);
        edges.AddTo(command, mode: "what the images most likely need", cornerRadius: FormattableString.Invariant($"{EdgeCommandOptions.Usual.CornerRadiusPixels}, or that of simulated panels"));
        simulation.AddTo(command);
        command.SetAction(async parsed =>
        {
            string source = parsed.GetRequiredValue(data), place = parsed.GetRequiredValue(folder);
            bool isSimulated = source == Simulated;
            RequireFitting(parsed, isSimulated, [panels, testPanels]);
            if (isSimulated && parts.IsGiven(parsed))
            {
                throw new CommandException($"--part does not go with --data {Simulated}: every simulated panel is a part");
            }

            if (CommonOptions.IsGiven(parsed, only) && CommonOptions.IsGiven(parsed, tables))
            {
                throw new CommandException("--only makes no table: give it or --tables");
            }

            using StopSignals stop = new();
            try
            {
                StageFolder stages = new(Path.Combine(place, "stages"), stop.Token);
                SimulatedDataset simulated = new(simulation.Template(parsed), parsed.GetValue(panels), parsed.GetValue(testPanels));
                string images = isSimulated ? Render(stages, simulated) : source;
                GoodImages good = GoodImages.FromFolder(Path.Combine(images, "train", "good"), parts.Read(parsed));
                EdgeOptions where = isSimulated
                    ? edges.Read(parsed, EdgeMode.Contrast, cornerRadius: simulated.Template.CornerRadiusPixels)
                    : edges.Read(parsed, TrainCommand.UsualEdges(good, simulated: false));
                TorchRuntime.Load();
                PaperReproduction reproduction = new(
                    new ReproductionOptions(
                        images,
                        parsed.GetValue(large),
                        parsed.GetValue(small),
                        parsed.GetValue(steps),
                        simulation.Seed(parsed),
                        parsed.GetValue(width),
                        parsed.GetValue(pixelTerm),
                        parsed.GetValue(target),
                        where,
                        parsed.GetValue(device),
                        CommonOptions.IsGiven(parsed, tables) ? parsed.GetValue(tables) : ReproducedTables.Printed,
                        parsed.GetRequiredValue(only)),
                    good,
                    stages,
                    CommonOptions.CommandLine(parsed),
                    stop.Token);
                return parsed.GetRequiredValue(only).Count > 0
                    ? await reproduction.TrainOnlyAsync() ? ExitCode.Done : ExitCode.Interrupted
                    : await RunAsync(reproduction, isSimulated ? "simulated panels" : Path.GetFileName(Path.TrimEndingDirectorySeparator(source)), place);
            }
            catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
            {
                Console.WriteLine("interrupted; finished stages are kept, the same command goes on from them");
                return ExitCode.Interrupted;
            }
        });
        return command;
    }

    private static async Task<int> RunAsync(PaperReproduction reproduction, string name, string folder)
    {
        if (await reproduction.RunAsync(name) is not { } result)
        {
            return ExitCode.Interrupted;
        }

        result.Write(folder);
        result.Print();
        Console.WriteLine($"reproduction.json{(result.Examples is null ? " and reproduction.md" : ", reproduction.md and contact-sheet.png")} are in {folder}");
        foreach (string problem in result.Problems)
        {
            Console.Error.WriteLine($"mpcgline: {problem}");
        }

        return result.Problems.Count > 0 ? ExitCode.Error : ExitCode.Done;
    }

    private static Option<IReadOnlyList<string>> Only() => new("--only")
    {
        Description = $"Train these alone, separated by commas, and score nothing: so several processes, or machines, share the work. Allowed: {string.Join(", ", PaperReproduction.Trainable)}.",
        HelpName = "names",
        Arity = ArgumentArity.ExactlyOne,
        DefaultValueFactory = _ => [],
        CustomParser = result =>
        {
            string[] words = [.. result.Tokens[0].Value.Split(',').Select(word => word.Trim())];
            foreach (string word in words.Except(PaperReproduction.Trainable))
            {
                result.AddError($"--only has '{word}'; allowed are {string.Join(", ", PaperReproduction.Trainable)}.");
            }

            return words;
        },
    };

    private static Option<ReproducedTables> Tables() => new("--tables")
    {
        Description = "What to make, separated by commas: the paper's tables 1 (losses), 2 (filters) and 3 (methods); maps: which maps the learned fusion needs. Not given: 1,2,3.",
        HelpName = "1,2,3,maps",
        CustomParser = result =>
        {
            ReproducedTables tables = ReproducedTables.None;
            foreach (string word in result.Tokens[0].Value.Split(','))
            {
                ReproducedTables table = word.Trim().ToUpperInvariant() switch
                {
                    "1" => ReproducedTables.Losses,
                    "2" => ReproducedTables.Filters,
                    "3" => ReproducedTables.Methods,
                    "MAPS" => ReproducedTables.Maps,
                    _ => ReproducedTables.None,
                };
                if (table == ReproducedTables.None)
                {
                    result.AddError($"--tables has '{word}'; allowed are 1, 2, 3 and maps.");
                }

                tables |= table;
            }

            return tables;
        },
    };

    private static string Render(StageFolder stages, SimulatedDataset simulated)
    {
        string place = stages.Place("data", simulated.Inputs);
        bool isNew = stages.FillOnce(place, simulated.Write);
        Console.WriteLine($"{Path.GetFileName(place)}: {(isNew ? "rendered" : "kept")}");
        return place;
    }

    private static void RequireFitting(ParseResult parsed, bool isSimulated, IEnumerable<Option> simulatedOnly)
    {
        string[] given = [.. simulatedOnly.Where(option => CommonOptions.IsGiven(parsed, option)).Select(option => option.Name)];
        if (!isSimulated && given.Length > 0)
        {
            throw new CommandException($"{string.Join(", ", given)} only with --data {Simulated}");
        }
    }
}

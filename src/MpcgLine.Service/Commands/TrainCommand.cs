using System.CommandLine;
using System.Globalization;
using MpcgLine.Imaging;
using MpcgLine.Inspection.Difference;
using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Inspection.Reconstruction.Native;
using MpcgLine.Inspection.Stitching;
using MpcgLine.Learning.Bundles;
using MpcgLine.Learning.Calibration;
using MpcgLine.Learning.Datasets;
using MpcgLine.Learning.Losses;
using MpcgLine.Learning.Training;
using MpcgLine.Simulation;

namespace MpcgLine.Service.Commands;

/// <summary>
/// <c>mpcgline train</c>: a bundle from good images. Ctrl-C saves a checkpoint and exits with 130; the same command
/// goes on from there.
/// </summary>
internal static class TrainCommand
{
    // A trained reconstruction needs less than one from chance.
    private const double FineTuningShare = 0.25;

    public static Command Create()
    {
        Option<string?> good = new("--good") { Description = $"Folder of defect-free images ({ImageNames.Formats})." };
        Option<bool> simulated = new("--simulated") { Description = "Train on clean simulated panels instead." };
        Option<int> panels = CommonOptions.Whole("--panels", "With --simulated: clean panels to render.", 64, 4, 10_000);
        Option<IReadOnlyList<PanelGroup>> morePanels = MorePanels();
        SimulationCommandOptions simulation = new();
        Option<string> bundle = new("--out") { Description = "Folder of the bundle; checkpoints lie beside it in BUNDLE.run.", Required = true };
        Option<double> minutes = CommonOptions.Number("--minutes", "Minutes of training for both networks together.", 30, 0.01, 100_000);
        Option<int> steps = CommonOptions.Whole("--steps", "Steps of each network instead of minutes; 0: minutes rule.", 0, 0, 10_000_000);
        Option<InferenceDevice> device = CommonOptions.Device("Where the networks are trained; thresholds are set on the processor");
        Option<double> width = CommonOptions.Number("--network-width", "Factor on the channel counts of Table 4.", 0.5, 0.125, 1);
        Option<LossKind> loss = CommonOptions.Choice(
            "--loss",
            "Loss of the reconstruction.",
            LossKind.WeightedSsim,
            ("wssim", LossKind.WeightedSsim),
            ("ssim", LossKind.Ssim),
            ("wmse", LossKind.WeightedMse),
            ("mse", LossKind.Mse));
        Option<double> lambda = CommonOptions.Number("--lambda", "How strongly the kernels of the reconstruction are held small.", 1e-5, 0, 1);
        Option<WeightPenalty> penalty = CommonOptions.Choice(
            "--lambda-form",
            "What lambda does: decay shrinks the kernels at every update, norm adds their norm to the loss, as printed.",
            WeightPenalty.Decay,
            ("decay", WeightPenalty.Decay),
            ("norm", WeightPenalty.Norm));
        Option<FusionMaps> maps = Maps();
        Option<string?> fineTune = new("--fine-tune") { Description = "Bundle to go on from, at a third of the rates: its network width stays. With other --maps than its own, the fusion begins from chance. Not given, with --good: the shipped model, where its width and maps are those asked for." };
        Option<bool> fromScratch = new("--from-scratch") { Description = "Begin from chance, not from the shipped model." };
        Option<double> share = CommonOptions.Number(
            "--reconstruction-share",
            "Share of the minutes that trains the reconstruction; 0, going on from a bundle: it stays as it is. Not given: the default from chance, 0.25 from a bundle.",
            0.4,
            0,
            0.99);
        Option<bool?> flips = new("--flips") { Description = "Whether tiles are mirrored at random, training defects fall anywhere, and missed ones count no more than others; without it, they are where the images show nothing but texture (--edges none or web)." };
        Option<DefectWidths> widths = Widths();
        PartCommandOptions parts = new();
        PitchCommandOptions pitch = new();
        EdgeCommandOptions edges = new();
        Option<double> target = CalibrateCommand.Target();
        Command command = new("train", "Make a model bundle from good images. Ctrl-C saves (exit code 130); the same command goes on.")
        {
            good, simulated, panels, morePanels, bundle, minutes, steps, device, width, loss, lambda, penalty, maps, fineTune, fromScratch, share, flips, widths, target,
        };
        parts.AddTo(command);
        pitch.AddTo(command);
        edges.AddTo(command, mode: "what the images most likely need", cornerRadius: FormattableString.Invariant($"{EdgeCommandOptions.Usual.CornerRadiusPixels}, or that of simulated panels"));
        simulation.AddTo(command);
        command.SetAction(async parsed =>
        {
            string folder = Path.TrimEndingDirectorySeparator(parsed.GetRequiredValue(bundle));
            ModelFolder.RequireReplaceable(folder);
            if (parsed.GetValue(fineTune) is not null && parsed.GetValue(fromScratch))
            {
                throw new CommandException("--fine-tune goes on from a bundle, --from-scratch from none: give one of them");
            }

            ModelBundle? start = parsed.GetValue(fineTune) is { } from ? ModelFolder.Read(from)
                : parsed.GetValue(simulated) || parsed.GetValue(fromScratch) ? null
                : ShippedStart(parsed.GetValue(width), parsed.GetValue(maps));
            if (!parsed.GetValue(simulated) && parsed.GetRequiredValue(morePanels).Count > 0)
            {
                throw new CommandException("--more-panels goes with --simulated only");
            }

            if (parsed.GetValue(simulated) && parts.IsGiven(parsed))
            {
                throw new CommandException("--part goes with --good only: every simulated panel is a part");
            }

            GoodImages images = Images(parsed.GetValue(good), parts.Read(parsed), parsed.GetValue(simulated)
                ? () => Render(simulation.Template(parsed), parsed.GetValue(panels), parsed.GetRequiredValue(morePanels))
                : null);
            CalibrationOptions calibration = new()
            {
                TargetRate = parsed.GetValue(target),
                Edges = edges.Read(
                    parsed,
                    UsualEdges(images, parsed.GetValue(simulated)),
                    cornerRadius: parsed.GetValue(simulated) ? simulation.Template(parsed).CornerRadiusPixels : null),
                ImagesAreExposures = images.ImagesAreExposures,
                Pitch = pitch.Read(parsed),
            };
            calibration.RequireFitting(images.All);
            calibration.RequireEnough(images.HeldOut, GoodImages.HeldOutEvery);
            DefectWidths defects = parsed.GetRequiredValue(widths);
            TrainingOptions training = new()
            {
                Minutes = parsed.GetValue(minutes),
                Steps = parsed.GetValue(steps),
                Seed = simulation.Seed(parsed),
                Device = parsed.GetValue(device),
                Width = start?.Manifest.Architecture.Width ?? parsed.GetValue(width),
                Loss = parsed.GetValue(loss),
                Lambda = parsed.GetValue(lambda),
                Penalty = parsed.GetValue(penalty),
                Maps = start is null || CommonOptions.IsGiven(parsed, maps) ? parsed.GetValue(maps) : start.Manifest.Fusion.Maps,
                Flips = parsed.GetValue(flips) ?? ShowsTexture(calibration.Edges),
                ByRarity = HasEdges(calibration.Edges),
                NarrowestDefect = defects.Narrowest,
                WidestDefect = defects.Widest,
                Start = start,
                ReconstructionShare = start is null || CommonOptions.IsGiven(parsed, share) ? parsed.GetValue(share) : FineTuningShare,
                RunFolder = folder + ".run",
            };
            Console.WriteLine($"thresholds will be set for {EdgeCommandOptions.Describe(calibration.Edges)}{(edges.IsModeGiven(parsed) ? "" : " (--edges says otherwise)")}");
            Console.WriteLine(Beginning(start, isShipped: parsed.GetValue(fineTune) is null, training.Maps));
            TorchRuntime.Load();
            return await new TrainingRun(images, training, calibration, folder, CommonOptions.CommandLine(parsed)).RunAsync();
        });
        return command;
    }

    /// <summary>Whether the images show more than one surface: rims, belts or surroundings beside it.</summary>
    public static bool HasEdges(EdgeOptions edges) => edges.Mode != EdgeMode.None;

    private static string Beginning(ModelBundle? start, bool isShipped, FusionMaps maps) => start switch
    {
        null => "training begins from chance",
        _ when isShipped => $"training goes on from {start.Manifest.Name}, the shipped model (--from-scratch begins from chance)",
        _ when start.Manifest.Fusion.Maps != maps => $"training goes on from the reconstruction of {start.Manifest.Name}; the fusion begins from chance, for it sees other maps",
        _ => $"training goes on from {start.Manifest.Name}",
    };

    /// <summary>
    /// The shipped model to go on from; null where it is of another shape. It knows what defects look like on its simulated
    /// surfaces, which a training from chance spends its first minutes on.
    /// </summary>
    private static ModelBundle? ShippedStart(double width, FusionMaps maps)
    {
        ModelBundle shipped = ModelFolder.Read(CommonOptions.ShippedModel);
        return shipped.Manifest.Architecture.Width == width && shipped.Manifest.Fusion.Maps == maps ? shipped : null;
    }

    private static GoodImages Images(string? folder, PartNames parts, Func<GoodImages>? simulator) => (folder, simulator) switch
    {
        ({ } good, null) => GoodImages.FromFolder(good, parts),
        (null, { } render) => render(),
        _ => throw new CommandException("train needs either --good FOLDER or --simulated"),
    };

    private static GoodImages Render(PanelSimulationOptions template, int count, IReadOnlyList<PanelGroup> more) =>
        GoodImages.FromSimulator([(template, count), .. more.Select(g => (template with { Width = g.Width, Length = g.Length }, g.Count))]);

    /// <summary>
    /// What the images most likely are: panels with surroundings when simulated, web material when as wide as a line
    /// camera sees it, and otherwise pictures of nothing but the part.
    /// </summary>
    public static EdgeMode UsualEdges(GoodImages images, bool simulated) =>
        simulated ? EdgeMode.Contrast
        : images.All.All(i => i.Image.Width >= EdgeOptions.SmallestWebWidth) ? EdgeMode.Web
        : EdgeMode.None;

    /// <summary>Whether the images show nothing but texture, most likely: what has edges on all sides has a layout.</summary>
    public static bool ShowsTexture(EdgeOptions edges) => edges.Mode != EdgeMode.Contrast;

    private static Option<FusionMaps> Maps() => new("--maps")
    {
        Description = "Maps the fusion sees, separated by commas: tile (always), reconstruction, change.",
        HelpName = "tile,reconstruction,change",
        DefaultValueFactory = _ => FusionMaps.All,
        CustomParser = result =>
        {
            FusionMaps maps = FusionMaps.Tile;
            foreach (string word in result.Tokens[0].Value.Split(','))
            {
                maps |= word.Trim().ToUpperInvariant() switch
                {
                    "TILE" => FusionMaps.Tile,
                    "RECONSTRUCTION" => FusionMaps.Reconstruction,
                    "CHANGE" => FusionMaps.RegionalChange,
                    _ => Refuse(result, word),
                };
            }

            return maps;
        },
    };

    private static Option<DefectWidths> Widths() => new("--defect-width")
    {
        Description = $"Widths of the defects to find, px, for example 4..16; within {DefectWidths.Allowed}.",
        HelpName = "MIN..MAX",
        DefaultValueFactory = _ => new DefectWidths(TrainingOptions.UsualNarrowestDefect, TrainingOptions.UsualWidestDefect),
        CustomParser = result =>
        {
            if (DefectWidths.Parse(result.Tokens[0].Value) is { } widths)
            {
                return widths;
            }

            result.AddError($"--defect-width is '{result.Tokens[0].Value}'; allowed is MIN..MAX in px, within {DefectWidths.Allowed}.");
            return new DefectWidths(0, 0);
        },
    };

    private static FusionMaps Refuse(System.CommandLine.Parsing.ArgumentResult result, string word)
    {
        result.AddError($"--maps has '{word}'; allowed are tile, reconstruction and change.");
        return FusionMaps.Tile;
    }

    private static Option<IReadOnlyList<PanelGroup>> MorePanels() => new("--more-panels")
    {
        Description = "With --simulated: further panels of other sizes, for example 12:1024x1024,1:7168x14000.",
        HelpName = "COUNT:WIDTHxLENGTH,...",
        DefaultValueFactory = _ => [],
        CustomParser = result =>
        {
            List<PanelGroup> groups = [];
            foreach (string word in result.Tokens[0].Value.Split(','))
            {
                if (PanelGroup.Parse(word) is not { } group)
                {
                    result.AddError($"--more-panels has '{word}'; allowed is COUNT:WIDTHxLENGTH with 1..{PanelGroup.MostPanels} panels of 512..7168 x 512..14000 px.");
                    return [];
                }

                groups.Add(group);
            }

            return groups;
        },
    };

    /// <summary>Range of widths, px.</summary>
    private sealed record DefectWidths(double Narrowest, double Widest)
    {
        public static string Allowed { get; } = string.Create(CultureInfo.InvariantCulture, $"{TrainingOptions.MinDefectWidth}..{TrainingOptions.MaxDefectWidth}");

        public static DefectWidths? Parse(string word)
        {
            double[] numbers = [.. word.Split("..").Select(p => double.TryParse(p, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double n) ? n : double.NaN)];
            return numbers is [>= TrainingOptions.MinDefectWidth and <= TrainingOptions.MaxDefectWidth, <= TrainingOptions.MaxDefectWidth] && numbers[0] <= numbers[1]
                ? new DefectWidths(numbers[0], numbers[1])
                : null;
        }

        /// <summary>As it is written on the command line.</summary>
        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Narrowest}..{Widest}");
    }

    /// <summary>Simulated panels of one size.</summary>
    private sealed record PanelGroup(int Count, int Width, int Length)
    {
        /// <summary>All are held in memory, 100 MB each at full size.</summary>
        public const int MostPanels = 1000;

        public static PanelGroup? Parse(string word)
        {
            string[] parts = word.Trim().Split(':');
            int[] numbers = [.. parts.Take(1).Concat(parts.Skip(1).SelectMany(size => size.Split('x')))
                .Select(p => int.TryParse(p, NumberStyles.None, CultureInfo.InvariantCulture, out int n) ? n : 0)];
            return parts.Length == 2 && numbers is [>= 1 and <= MostPanels, var width, var length]
                && new PanelSimulationOptions { Width = width, Length = length }.Problems().Count == 0
                ? new PanelGroup(numbers[0], width, length)
                : null;
        }
    }
}

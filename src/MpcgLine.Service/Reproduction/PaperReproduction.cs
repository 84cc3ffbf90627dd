using System.Text.Json;
using MpcgLine.Inspection.Difference;
using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Learning.Baselines;
using MpcgLine.Learning.Bundles;
using MpcgLine.Learning.Calibration;
using MpcgLine.Learning.Datasets;
using MpcgLine.Learning.Losses;
using MpcgLine.Learning.Training;
using MpcgLine.Service.Commands;
using MpcgLine.Service.Evaluation;
using MpcgLine.Service.Records;

namespace MpcgLine.Service.Reproduction;

/// <summary>
/// The paper's three comparisons (section 3) on a data set, and one of ours: a bundle per loss, the baselines, fusions that
/// see fewer maps, and everything scored with its threshold set on the same held-out good images. Stages that are finished
/// are kept and not done again.
/// </summary>
/// <param name="options">Data, budget and seed.</param>
/// <param name="good">Good images: three of four train, the others set thresholds.</param>
/// <param name="stages">Where stages are kept.</param>
/// <param name="command">The command that asked for it, for the bundles' manifests.</param>
/// <param name="stop">Ends between two steps; a training saves its state.</param>
internal sealed class PaperReproduction(
    ReproductionOptions options, GoodImages good, StageFolder stages, string command, CancellationToken stop)
{
    private static readonly (LossKind Loss, string Word, string Name, PrintedFigures Printed)[] Losses =
    [
        (LossKind.WeightedSsim, "wssim", "Net1, weighted SSIM", new(0.957, 0.918, 0.937)),
        (LossKind.Ssim, "ssim", "Net2, SSIM", new(0.946, 0.746, 0.834)),
        (LossKind.WeightedMse, "wmse", "Net3, weighted MSE", new(0.817, 0.667, 0.734)),
        (LossKind.Mse, "mse", "Net4, MSE", new(0.774, 0.661, 0.713)),
    ];

    // The paper does not say which loss its AE had; its figures stand beside the one it is named without.
    private static readonly (InspectionMethod Method, PrintedFigures? Printed)[] Baselines =
    [
        (InspectionMethod.Lca, new(0.194, 0.200, 0.197)),
        (InspectionMethod.Phot, new(0.505, 0.370, 0.427)),
        (InspectionMethod.AutoencoderL2, new(0.784, 0.448, 0.570)),
        (InspectionMethod.AutoencoderSsim, null),
        (InspectionMethod.MsFcae, new(0.828, 0.513, 0.634)),
    ];

    // Which maps the fusion sees; with all of them it is the bundle's own.
    private static readonly (FusionMaps Maps, string Word, string Title)[] FewerMaps =
    [
        (FusionMaps.Tile, "tile", "tile"),
        (FusionMaps.Tile | FusionMaps.Reconstruction, "reconstruction", "tile, reconstruction"),
    ];

    private static readonly PrintedFigures PrintedMedian = new(0.782, 0.600, 0.679), PrintedRegionalAnalysis = new(0.957, 0.918, 0.937), PrintedOurs = new(0.957, 0.918, 0.936);

    private readonly TestImages _test = TestImages.FromFolder(options.Data);
    private readonly string _data = StageFolder.Fingerprint(options.Data, "train", "test", "ground_truth");
    private readonly string _parts = string.Join('\n', good.All.Select(image => image.Part));
    private readonly SortedSet<string> _problems = new(StringComparer.Ordinal);
    private readonly HashSet<string> _told = [];
    private readonly CalibrationOptions _calibration = new() { TargetRate = options.Target, Edges = options.Edges, ImagesAreExposures = good.ImagesAreExposures };

    // The processor is not named, for stages are older than the choice.
    private object[] Budget =>
    [
        .. options.Steps > 0 ? (object[])["steps", options.Steps] : ["minutes", options.MinutesLarge, options.MinutesSmall],
        .. options.Device == InferenceDevice.Cpu ? (object[])[] : [options.Device],
    ];

    private object[] Rules =>
    [
        options.Target, options.Edges.Mode, options.Edges.InsidePixels, options.Edges.CornerRadiusPixels,
        .. good.ImagesAreExposures ? (object[])["exposures"] : [],
    ];

    /// <summary>Words of everything that can be trained: losses, baselines, and maps that a fusion sees.</summary>
    public static IReadOnlyList<string> Trainable { get; } =
    [
        .. Losses.Select(loss => loss.Word), .. TrainedBaselines.Select(method => method.Word()), .. FewerMaps.Select(maps => maps.Word),
    ];

    private static IEnumerable<InspectionMethod> TrainedBaselines => Baselines.Select(b => b.Method).Where(m => m is not (InspectionMethod.Lca or InspectionMethod.Phot));

    /// <summary>Trains what <see cref="ReproductionOptions.Only"/> names, where it is not trained yet, and scores nothing.</summary>
    /// <returns>False when a training was interrupted.</returns>
    public async Task<bool> TrainOnlyAsync()
    {
        _calibration.RequireFitting(good.All);
        foreach ((LossKind loss, string word, _, _) in Losses.Where(loss => options.Only.Contains(loss.Word)))
        {
            if (await TrainBundleAsync(loss, word) is null)
            {
                return false;
            }
        }

        foreach (InspectionMethod method in TrainedBaselines.Where(method => options.Only.Contains(method.Word())))
        {
            Train(method, BaselinePlace(method));
        }

        foreach ((FusionMaps maps, string word, _) in FewerMaps.Where(maps => options.Only.Contains(maps.Word)))
        {
            if (await TrainBundleAsync(LossKind.WeightedSsim, Losses[0].Word) is not { } bundle || await TrainMapsAsync(bundle, maps, word) is null)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Does what is not done yet; null when a training was interrupted.</summary>
    /// <param name="name">What the data set is called in the result.</param>
    public async Task<ReproductionResult?> RunAsync(string name)
    {
        _calibration.RequireFitting(good.All);
        List<ReproducedTable> tables = [];
        if (await TrainBundleAsync(LossKind.WeightedSsim, "wssim") is not { } bundle)
        {
            return null;
        }

        if (options.Tables.HasFlag(ReproducedTables.Losses))
        {
            if (await CompareLossesAsync() is not { } losses)
            {
                return null;
            }

            tables.Add(losses);
        }

        if (options.Tables.HasFlag(ReproducedTables.Filters))
        {
            tables.Add(new ReproducedTable("Table 2: what removes false detections, on Net1",
            [
                Row("neither", null, ScoreBundle(InspectionMethod.Residual, bundle)),
                Row("median filter", PrintedMedian, ScoreBundle(InspectionMethod.Median, bundle)),
                Row("regional analysis", PrintedRegionalAnalysis, ScoreBundle(InspectionMethod.Paper, bundle)),
            ]));
        }

        GrayImage? examples = null;
        if (options.Tables.HasFlag(ReproducedTables.Methods))
        {
            (ReproducedTable methods, examples) = CompareMethods(bundle);
            tables.Add(methods);
        }

        if (options.Tables.HasFlag(ReproducedTables.Maps))
        {
            if (await CompareMapsAsync(bundle) is not { } maps)
            {
                return null;
            }

            tables.Add(maps);
        }

        return new ReproductionResult(
            name,
            options.Steps > 0 ? null : options.MinutesLarge,
            options.Steps > 0 ? null : options.MinutesSmall,
            options.Steps > 0 ? options.Steps : null,
            options.Seed,
            options.Device,
            options.Width,
            options.PixelTerm,
            options.Target,
            options.Edges.Mode,
            tables,
            [.. _problems],
            examples);
    }

    private async Task<ReproducedTable?> CompareLossesAsync()
    {
        List<ReproducedRow> rows = [];
        foreach ((LossKind loss, string word, string title, PrintedFigures printed) in Losses)
        {
            if (await TrainBundleAsync(loss, word) is not { } place)
            {
                return null;
            }

            rows.Add(Row(title, printed, ScoreBundle(InspectionMethod.Paper, place)));
        }

        return new ReproducedTable("Table 1: losses, each with regional analysis and Eq. 21", rows);
    }

    private (ReproducedTable Table, GrayImage? Examples) CompareMethods(string bundle)
    {
        (string Name, PrintedFigures? Printed, string Score)[] scored =
        [
            .. Baselines.Select(baseline => (baseline.Method.Title(), baseline.Printed, ScoreBaseline(baseline.Method))),
            ("ours, Eq. 21", PrintedOurs, ScoreBundle(InspectionMethod.Paper, bundle)),
            ("ours, learned fusion", null, ScoreBundle(InspectionMethod.Learned, bundle)),
        ];
        return (
            new ReproducedTable("Table 3: methods", [.. scored.Select(method => Row(method.Name, method.Printed, method.Score))]),
            ExampleSheet.Draw(_test, [.. scored.Select(method => ImageRegions.Read(method.Score))]));
    }

    /// <summary>Fusions of the same minutes, each from chance, behind one reconstruction.</summary>
    private async Task<ReproducedTable?> CompareMapsAsync(string bundle)
    {
        List<ReproducedRow> rows = [];
        foreach ((FusionMaps maps, string word, string title) in FewerMaps)
        {
            if (await TrainMapsAsync(bundle, maps, word) is not { } place)
            {
                return null;
            }

            rows.Add(Row(title, null, ScoreBundle(InspectionMethod.Learned, place)));
        }

        rows.Add(Row("tile, reconstruction, change of the DCT feature", null, ScoreBundle(InspectionMethod.Learned, bundle)));
        return new ReproducedTable("Maps the learned fusion sees, behind Net1", rows);
    }

    /// <summary>A bundle with another fusion; null when its training was interrupted.</summary>
    private Task<string?> TrainMapsAsync(string bundle, FusionMaps maps, string word) => TrainAsync(
        $"maps-{word}",
        [Path.GetFileName(bundle), maps],
        training => training with { Minutes = options.MinutesSmall, ReconstructionShare = 0, Maps = maps, Start = ModelFolder.Read(bundle) });

    /// <summary>The bundle of a loss; null when its training was interrupted.</summary>
    private Task<string?> TrainBundleAsync(LossKind loss, string word) =>
        TrainAsync($"bundle-{word}", [_data, _parts, word, options.Width, options.PixelTerm, options.Seed, .. Budget, .. Rules], training => training with { Loss = loss });

    /// <summary>A trained bundle's folder; null when its training was interrupted.</summary>
    /// <param name="name">Of the stage.</param>
    /// <param name="inputs">All it hangs on.</param>
    /// <param name="change">Makes of both networks' training the one that is meant.</param>
    private async Task<string?> TrainAsync(string name, object[] inputs, Func<TrainingOptions, TrainingOptions> change)
    {
        string place = stages.Place(name, inputs);
        using IDisposable held = stages.Hold(place);
        if (Directory.Exists(place))
        {
            Tell($"{Path.GetFileName(place)}: kept");
            return place;
        }

        Tell($"{Path.GetFileName(place)}: training");
        TrainingOptions training = change(new TrainingOptions
        {
            Minutes = options.MinutesLarge + options.MinutesSmall,
            ReconstructionShare = options.MinutesLarge / (options.MinutesLarge + options.MinutesSmall),
            Steps = options.Steps,
            Seed = options.Seed,
            Device = options.Device,
            Width = options.Width,
            PixelTerm = options.PixelTerm,
            Flips = TrainCommand.ShowsTexture(options.Edges),
            ByRarity = TrainCommand.HasEdges(options.Edges),
            RunFolder = place + ".run",
        });
        return await new TrainingRun(good, training, _calibration, place, command).RunAsync() == ExitCode.Done ? place : null;
    }

    private string ScoreBundle(InspectionMethod method, string bundle) => Score(method, Path.GetFileName(bundle), () =>
    {
        ScoredMethod scored = ScoredMethod.Of(method, ModelFolder.Read(bundle));
        return method is InspectionMethod.Median or InspectionMethod.Residual ? Calibrate(scored) : scored;
    });

    private string ScoreBaseline(InspectionMethod method)
    {
        string place = BaselinePlace(method);
        return Score(method, Path.GetFileName(place), () =>
        {
            Baseline baseline = Train(method, place);
            return Calibrate(new ScoredMethod(method, Model: null, () => MethodInspector.Open(baseline), float.NaN, "none"));
        });
    }

    private string BaselinePlace(InspectionMethod method) =>
        stages.Place($"baseline-{method.Word()}", [_data, _parts, method.Word(), options.Seed, options.Edges.Mode, .. Budget]) + ".safetensors";

    private Baseline Train(InspectionMethod method, string place)
    {
        using IDisposable held = stages.Hold(place);
        if (File.Exists(place))
        {
            Tell($"{Path.GetFileName(place)}: kept");
            return Baseline.Read(place, method);
        }

        Tell($"{Path.GetFileName(place)}: training");
        TrainingOptions training = new()
        {
            Minutes = options.MinutesLarge,
            Steps = options.Steps,
            Seed = options.Seed,
            Device = options.Device,
            Flips = TrainCommand.ShowsTexture(options.Edges),
            ByRarity = TrainCommand.HasEdges(options.Edges),
            RunFolder = place + ".run",
        };
        Baseline baseline = BaselineTraining.Run(method, good, training, stop);
        baseline.Write(place);
        if (Directory.Exists(training.RunFolder))
        {
            RunFolder.RemoveCheckpoints(training.RunFolder);
        }

        return baseline;
    }

    private ScoredMethod Calibrate(ScoredMethod method)
    {
        (ScoredMethod calibrated, IReadOnlyList<string> remarks) = ScoredMethod.Calibrate(method, good, _calibration, stop);
        foreach (string remark in remarks)
        {
            Console.WriteLine(remark);
        }

        return calibrated;
    }

    /// <summary>The folder in which a method's figures are kept.</summary>
    private string Score(InspectionMethod method, string learnt, Func<ScoredMethod> open)
    {
        string place = stages.Place($"score-{method.Word()}", [learnt, _data, .. Rules]);
        bool isNew = stages.FillOnce(place, folder =>
        {
            stop.ThrowIfCancellationRequested();
            ScoredMethod scored = open();
            Tell($"{Path.GetFileName(place)}: scoring");
            MethodEvaluation.Run(scored, _test, options.Edges, options.Data, folder, stop);
        });
        if (!isNew)
        {
            Tell($"{Path.GetFileName(place)}: kept");
        }

        return place;
    }

    private ReproducedRow Row(string name, PrintedFigures? printed, string score)
    {
        string path = Path.Combine(score, EvaluationSummary.FileName);
        EvaluationSummary summary = JsonSerializer.Deserialize<EvaluationSummary>(File.ReadAllBytes(path), JsonForm.Indented)
            ?? throw new CommandException($"{path} is empty: delete {score} to score again");
        _problems.UnionWith(summary.Problems);
        return ReproducedRow.Of(name, printed, summary);
    }

    /// <summary>Says once what happens to a stage that several tables share.</summary>
    private void Tell(string message)
    {
        if (_told.Add(message[..message.IndexOf(':', StringComparison.Ordinal)]))
        {
            Console.WriteLine(message);
        }
    }
}

using System.Text.Json;
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
/// The paper's three comparisons (section 3) on a data set: a bundle per loss, the baselines, and every method scored with
/// its threshold set on the same held-out good images. Stages that are finished are kept and not done again.
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

    private static readonly PrintedFigures PrintedMedian = new(0.782, 0.600, 0.679), PrintedRegionalAnalysis = new(0.957, 0.918, 0.937), PrintedOurs = new(0.957, 0.918, 0.936);

    private readonly TestImages _test = TestImages.FromFolder(options.Data);
    private readonly string _data = StageFolder.Fingerprint(options.Data, "train", "test", "ground_truth");
    private readonly string _parts = string.Join('\n', good.All.Select(image => image.Part));
    private readonly SortedSet<string> _problems = new(StringComparer.Ordinal);
    private readonly CalibrationOptions _calibration = new() { TargetRate = options.Target, Edges = options.Edges };

    private object[] Budget => options.Steps > 0 ? ["steps", options.Steps] : ["minutes", options.MinutesLarge, options.MinutesSmall];

    private object[] Rules => [options.Target, options.Edges.Mode, options.Edges.InsidePixels, options.Edges.CornerRadiusPixels];

    /// <summary>Does what is not done yet; null when a training was interrupted.</summary>
    /// <param name="name">What the data set is called in the result.</param>
    public async Task<ReproductionResult?> RunAsync(string name)
    {
        _calibration.RequireFitting(good.All);
        List<ReproducedRow> losses = [], filters = [], methods = [];
        foreach ((LossKind loss, string word, string title, PrintedFigures printed) in Losses)
        {
            if (await TrainBundleAsync(loss, word) is not { } place)
            {
                return null;
            }

            EvaluationSummary paper = ScoreBundle(InspectionMethod.Paper, place);
            losses.Add(ReproducedRow.Of(title, printed, paper));
            if (loss == LossKind.WeightedSsim)
            {
                filters.Add(ReproducedRow.Of("neither", null, ScoreBundle(InspectionMethod.Residual, place)));
                filters.Add(ReproducedRow.Of("median filter", PrintedMedian, ScoreBundle(InspectionMethod.Median, place)));
                filters.Add(ReproducedRow.Of("regional analysis", PrintedRegionalAnalysis, paper));
                methods.Add(ReproducedRow.Of("ours, Eq. 21", PrintedOurs, paper));
                methods.Add(ReproducedRow.Of("ours, learned fusion", null, ScoreBundle(InspectionMethod.Learned, place)));
            }
        }

        methods.InsertRange(0, Baselines.Select(baseline => ReproducedRow.Of(baseline.Method.Title(), baseline.Printed, ScoreBaseline(baseline.Method))));
        return new ReproductionResult(
            name,
            options.Steps > 0 ? null : options.MinutesLarge,
            options.Steps > 0 ? null : options.MinutesSmall,
            options.Steps > 0 ? options.Steps : null,
            options.Seed,
            options.Width,
            options.PixelTerm,
            options.Target,
            options.Edges.Mode,
            [
                new ReproducedTable("Table 1: losses, each with regional analysis and Eq. 21", losses),
                new ReproducedTable("Table 2: what removes false detections, on Net1", filters),
                new ReproducedTable("Table 3: methods", methods),
            ],
            [.. _problems]);
    }

    /// <summary>The bundle of a loss; null when its training was interrupted.</summary>
    private async Task<string?> TrainBundleAsync(LossKind loss, string word)
    {
        string place = stages.Place($"bundle-{word}", [_data, _parts, word, options.Width, options.PixelTerm, options.Seed, .. Budget, .. Rules]);
        if (Directory.Exists(place))
        {
            Console.WriteLine($"{Path.GetFileName(place)}: kept");
            return place;
        }

        Console.WriteLine($"{Path.GetFileName(place)}: training");
        TrainingOptions training = new()
        {
            Minutes = options.MinutesLarge + options.MinutesSmall,
            ReconstructionShare = options.MinutesLarge / (options.MinutesLarge + options.MinutesSmall),
            Steps = options.Steps,
            Seed = options.Seed,
            Width = options.Width,
            Loss = loss,
            PixelTerm = options.PixelTerm,
            RunFolder = place + ".run",
        };
        return await new TrainingRun(good, training, _calibration, place, command).RunAsync() == ExitCode.Done ? place : null;
    }

    private EvaluationSummary ScoreBundle(InspectionMethod method, string bundle) => Score(method, Path.GetFileName(bundle), () =>
    {
        ScoredMethod scored = ScoredMethod.Of(method, ModelFolder.Read(bundle));
        return method is InspectionMethod.Median or InspectionMethod.Residual ? Calibrate(scored) : scored;
    });

    private EvaluationSummary ScoreBaseline(InspectionMethod method)
    {
        string place = stages.Place($"baseline-{method.Word()}", [_data, _parts, method.Word(), options.Seed, .. Budget]) + ".safetensors";
        return Score(method, Path.GetFileName(place), () =>
        {
            Baseline baseline = Train(method, place);
            return Calibrate(new ScoredMethod(method, Model: null, () => MethodInspector.Open(baseline), float.NaN, "none"));
        });
    }

    private Baseline Train(InspectionMethod method, string place)
    {
        if (File.Exists(place))
        {
            Console.WriteLine($"{Path.GetFileName(place)}: kept");
            return Baseline.Read(place, method);
        }

        Console.WriteLine($"{Path.GetFileName(place)}: training");
        TrainingOptions training = new()
        {
            Minutes = options.MinutesLarge,
            Steps = options.Steps,
            Seed = options.Seed,
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

    /// <summary>The figures of a method, read where they are kept.</summary>
    private EvaluationSummary Score(InspectionMethod method, string learnt, Func<ScoredMethod> open)
    {
        string place = stages.Place($"score-{method.Word()}", [learnt, _data, .. Rules]);
        bool isNew = StageFolder.FillOnce(place, folder =>
        {
            stop.ThrowIfCancellationRequested();
            ScoredMethod scored = open();
            Console.WriteLine($"{Path.GetFileName(place)}: scoring");
            MethodEvaluation.Run(scored, _test, options.Edges, options.Data, folder, stop);
        });
        if (!isNew)
        {
            Console.WriteLine($"{Path.GetFileName(place)}: kept");
        }

        string path = Path.Combine(place, EvaluationSummary.FileName);
        EvaluationSummary summary = JsonSerializer.Deserialize<EvaluationSummary>(File.ReadAllBytes(path), JsonForm.Indented)
            ?? throw new CommandException($"{path} is empty: delete {place} to score again");
        _problems.UnionWith(summary.Problems);
        return summary;
    }
}

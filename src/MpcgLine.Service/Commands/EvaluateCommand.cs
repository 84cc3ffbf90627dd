using System.CommandLine;
using MpcgLine.Imaging;
using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Inspection.Reconstruction.Native;
using MpcgLine.Inspection.Stitching;
using MpcgLine.Learning.Baselines;
using MpcgLine.Learning.Bundles;
using MpcgLine.Learning.Calibration;
using MpcgLine.Learning.Datasets;
using MpcgLine.Learning.Training;
using MpcgLine.Service.Evaluation;

namespace MpcgLine.Service.Commands;

/// <summary>
/// <c>mpcgline evaluate</c>: how well a bundle, or a method to compare it with, does on images whose defects are marked.
/// </summary>
internal static class EvaluateCommand
{
    private static readonly InspectionMethod[] Methods = [.. Enum.GetValues<InspectionMethod>().Where(m => m != InspectionMethod.Residual)];

    public static Command Create()
    {
        EvaluateOptions options = new();
        Command command = new("evaluate", "Score a bundle, or a method to compare it with, on good and defective images with masks. Exit code: 0 all images scored, 2 any error.")
        {
            options.Method, options.Model, options.Images, options.Folder, options.Good, options.Minutes, options.Steps, options.Seed, options.Target,
        };
        options.Parts.AddTo(command);
        options.Inference.AddTo(command);
        options.Edges.AddTo(
            command,
            mode: "as the bundle was calibrated, or what the good images most likely need",
            inside: FormattableString.Invariant($"as the bundle was calibrated, or {EdgeCommandOptions.Usual.InsidePixels}"),
            cornerRadius: FormattableString.Invariant($"as the bundle was calibrated, or {EdgeCommandOptions.Usual.CornerRadiusPixels}"));
        command.SetAction(parsed =>
        {
            InspectionMethod method = parsed.GetValue(options.Method);
            options.RequireFitting(parsed, method);
            TestImages test = TestImages.FromFolder(parsed.GetRequiredValue(options.Images));
            string folder = Path.TrimEndingDirectorySeparator(parsed.GetRequiredValue(options.Folder));
            LoadedModel? model = method.NeedsBundle() ? LoadedModel.Read(parsed.GetRequiredValue(options.Model), options.Inference.Read(parsed)) : null;
            ModelBundle? bundle = model?.Bundle;
            GoodImages? good = parsed.GetValue(options.Good) is { } source ? GoodImages.FromFolder(source, options.Parts.Read(parsed)) : null;
            EdgeOptions edges = bundle is not null
                ? options.Edges.Read(parsed, bundle.Manifest.Calibration)
                : options.Edges.Read(parsed, TrainCommand.UsualEdges(good!, simulated: false));
            CalibrationOptions calibration = new()
            {
                TargetRate = parsed.GetValue(options.Target),
                Edges = edges,
                ImagesAreExposures = good is { ImagesAreExposures: true },
            };
            if (good is not null)
            {
                calibration.RequireFitting(good.All);
            }

            CommonOptions.PrintProfile(model?.Profile);
            Directory.CreateDirectory(folder);
            TorchRuntime.Load();
            TrainingOptions training = new()
            {
                Minutes = parsed.GetValue(options.Minutes),
                Steps = parsed.GetValue(options.Steps),
                Seed = parsed.GetValue(options.Seed),
                Flips = TrainCommand.ShowsTexture(edges),
                ByRarity = TrainCommand.HasEdges(edges),
                RunFolder = folder + ".run",
            };
            using StopSignals stop = new();
            try
            {
                ScoredMethod scored = bundle is not null
                    ? ScoredMethod.Of(method, bundle, model!.Inference)
                    : Learn(method, good!, training, stop.Token);
                if (good is not null)
                {
                    scored = Calibrate(scored, good, calibration, stop.Token);
                }

                int code = Run(scored, test, edges, parsed.GetRequiredValue(options.Images), folder, stop.Token);
                RemoveCheckpoints(training.RunFolder);
                return code;
            }
            catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
            {
                Console.WriteLine(Directory.Exists(training.RunFolder)
                    ? $"interrupted; the state of the training is saved in {training.RunFolder}, the same command goes on from it"
                    : "interrupted; no scores were written");
                return ExitCode.Interrupted;
            }
        });
        return command;
    }

    /// <summary>A baseline fresh from the good images that train.</summary>
    private static ScoredMethod Learn(InspectionMethod method, GoodImages good, TrainingOptions training, CancellationToken stop)
    {
        Console.WriteLine($"{good.Training.Count} images train, {good.HeldOut.Count} are held out for calibration ({good.Source}){CommonOptions.Remarks(good)}");
        Baseline baseline = BaselineTraining.Run(method, good, training, stop);
        return new ScoredMethod(method, Model: null, () => MethodInspector.Open(baseline), float.NaN, "none");
    }

    private static ScoredMethod Calibrate(ScoredMethod method, GoodImages good, CalibrationOptions options, CancellationToken stop)
    {
        (ScoredMethod calibrated, IReadOnlyList<string> remarks) = ScoredMethod.Calibrate(method, good, options, stop);
        foreach (string remark in remarks)
        {
            Console.WriteLine(remark);
        }

        return calibrated;
    }

    private static int Run(ScoredMethod method, TestImages test, EdgeOptions edges, string data, string folder, CancellationToken stop)
    {
        Console.WriteLine($"{method.Title} on {test.Images.Count} images, {test.Images.Count(image => image.IsDefective)} of them defective; {EdgeCommandOptions.Describe(edges)}");
        EvaluationSummary summary = MethodEvaluation.Run(method, test, edges, data, folder, stop);
        EvaluationTable.Print(summary);
        Console.WriteLine($"evaluation.json, images.csv, regions.jsonl and report.html are in {folder}");
        foreach (string problem in summary.Problems)
        {
            Console.Error.WriteLine($"mpcgline: {problem}");
        }

        return summary.Problems.Count > 0 ? ExitCode.Error : ExitCode.Done;
    }

    /// <summary>LCA and PHOT leave none.</summary>
    private static void RemoveCheckpoints(string folder)
    {
        if (Directory.Exists(folder))
        {
            RunFolder.RemoveCheckpoints(folder);
        }
    }

    /// <summary>The command's options, and which of them go together.</summary>
    private sealed class EvaluateOptions
    {
        public Option<InspectionMethod> Method { get; } = CommonOptions.Choice(
            "--method",
            "What is scored: the bundle as production runs it; with the paper's equation 21; with a median filter instead of the regional analysis; or a method that starts from good images alone.",
            InspectionMethod.Learned,
            [.. Methods.Select(method => (method.Word(), method))]);

        public Option<string> Model { get; } = CommonOptions.Model();

        public Option<string> Images { get; } = new("--data")
        {
            Description = "Folder with test/good, test/defect and test/masks, or with test/KIND and ground_truth/KIND/NAME_mask.png (PNG, JPEG, BMP).",
            Required = true,
        };

        public Option<string> Folder { get; } = new("--out")
        {
            Description = "Folder for evaluation.json, images.csv, regions.jsonl and report.html; needs 1.6 bytes of disk per pixel while it runs.",
            Required = true,
        };

        public Option<string?> Good { get; } = new("--good")
        {
            Description = "Folder of good images: three of four train lca to ms-fcae, every fourth sets the threshold; with --method median, every fourth sets gamma, which is 3 otherwise.",
        };

        public Option<double> Minutes { get; } = CommonOptions.Number("--minutes", "Minutes of training, for ae-l2, ae-ssim and ms-fcae.", 5, 0.01, 100_000);

        public Option<int> Steps { get; } = CommonOptions.Whole("--steps", "Steps of training instead of minutes; 0: minutes rule.", 0, 0, 10_000_000);

        public Option<ulong> Seed { get; } = CommonOptions.Seed();

        public Option<double> Target { get; } = CalibrateCommand.Target();

        public PartCommandOptions Parts { get; } = new();

        public InferenceCommandOptions Inference { get; } = new();

        public EdgeCommandOptions Edges { get; } = new();

        /// <summary>Refuses options that the method does not have, and asks for those it needs.</summary>
        /// <exception cref="CommandException">Names all of them.</exception>
        public void RequireFitting(ParseResult parsed, InspectionMethod method)
        {
            bool IsGiven(Option option) => CommonOptions.IsGiven(parsed, option);
            List<string> problems = [];
            void Refuse(string why, params Option[] options) =>
                problems.AddRange(options.Where(IsGiven).Select(option => $"{option.Name} does not go with --method {method.Word()}: {why}"));
            if (!method.NeedsBundle())
            {
                Refuse("it starts from good images, not from a bundle", Model);
                Refuse("it runs on the processor, in its own arithmetic", Inference.All);
                if (!IsGiven(Good))
                {
                    problems.Add($"--method {method.Word()} needs --good FOLDER, good images to learn from and to set the threshold on");
                }
            }
            else
            {
                Refuse("its networks are the bundle's", Minutes, Steps, Seed);
                if (method != InspectionMethod.Median)
                {
                    Refuse("its threshold is the bundle's", Good, Target);
                }
                else if (IsGiven(Target) && !IsGiven(Good))
                {
                    problems.Add("--target needs --good FOLDER, good images to set the threshold on");
                }
            }

            if (Parts.IsGiven(parsed) && !IsGiven(Good))
            {
                problems.Add("--part needs --good FOLDER, the images it tells apart; so do --part-gap and --exposures");
            }

            if (problems.Count > 0)
            {
                throw new CommandException(string.Join("; ", problems));
            }
        }
    }
}

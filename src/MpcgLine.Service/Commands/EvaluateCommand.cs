using System.CommandLine;
using MpcgLine.Imaging;
using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Inspection.Reconstruction.Native;
using MpcgLine.Inspection.Stitching;
using MpcgLine.Learning.Bundles;
using MpcgLine.Learning.Datasets;
using MpcgLine.Learning.Evaluation;
using MpcgLine.Service.Evaluation;
using Spectre.Console;

namespace MpcgLine.Service.Commands;

/// <summary><c>mpcgline evaluate</c>: how well a bundle does on images whose defects are marked.</summary>
internal static class EvaluateCommand
{
    public static Command Create()
    {
        Option<string> model = CommonOptions.Model();
        Option<string> images = new("--data")
        {
            Description = $"Folder with test/good, test/defect and test/masks, or with test/KIND and ground_truth/KIND/NAME_mask.png ({ImageNames.Formats}; colour is reduced to gray).",
            Required = true,
        };
        Option<string> folder = new("--out") { Description = "Folder for evaluation.json, images.csv and report.html; needs 1.6 bytes of disk per pixel while it runs.", Required = true };
        EdgeCommandOptions edges = new();
        Command command = new("evaluate", "Score a bundle on good and defective images with masks. Exit code: 0 all images scored, 2 any error.")
        {
            model, images, folder,
        };
        edges.AddTo(command, otherwise: "as the bundle was calibrated");
        command.SetAction(parsed =>
        {
            TestImages test = TestImages.FromFolder(parsed.GetRequiredValue(images));
            ModelBundle bundle = ModelFolder.Read(parsed.GetRequiredValue(model));
            EdgeOptions where = edges.Read(parsed, bundle.Manifest.Calibration);
            Directory.CreateDirectory(parsed.GetRequiredValue(folder));
            TorchRuntime.Load();
            return Run(bundle, test, where, parsed.GetRequiredValue(images), parsed.GetRequiredValue(folder));
        });
        return command;
    }

    private static int Run(ModelBundle bundle, TestImages test, EdgeOptions edges, string data, string folder)
    {
        Console.WriteLine($"{test.Images.Count} images, {test.Images.Count(image => image.IsDefective)} of them defective; {EdgeCommandOptions.Describe(edges)}");
        EvaluationResult result = Evaluate(bundle, test, edges, folder);
        EvaluationSummary summary = EvaluationSummary.Of(result, bundle.Manifest.Name, data, edges);
        summary.Write(Path.Combine(folder, "evaluation.json"));
        ImageTable.Write(Path.Combine(folder, "images.csv"), result.Images);
        EvaluationReport.Write(Path.Combine(folder, "report.html"), result, summary);
        EvaluationTable.Print(summary);
        Console.WriteLine($"evaluation.json, images.csv and report.html are in {folder}");
        foreach (string problem in result.Problems)
        {
            Console.Error.WriteLine($"mpcgline: {problem}");
        }

        return result.Problems.Count > 0 ? ExitCode.Error : ExitCode.Done;
    }

    private static EvaluationResult Evaluate(ModelBundle bundle, TestImages test, EdgeOptions edges, string folder)
    {
        // Beside the results, since folders for temporary files are often small; without a name, so that nothing is left
        // of it however the program ends.
        string path = Path.Combine(folder, "evaluation.scratch");
        using FileStream scratch = new(path, FileMode.Create, FileAccess.ReadWrite, FileShare.Delete);
        File.Delete(path);
        return AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn())
            .Start(progress =>
            {
                ProgressTask task = progress.AddTask("evaluation", maxValue: 2.0 * test.Images.Count);
                return Evaluator.Evaluate(bundle, test, edges, scratch, new ImmediateProgress<int>(steps => task.Value = steps));
            });
    }
}

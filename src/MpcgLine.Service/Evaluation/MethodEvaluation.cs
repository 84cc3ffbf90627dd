using MpcgLine.Inspection.Stitching;
using MpcgLine.Learning.Baselines;
using MpcgLine.Learning.Datasets;
using MpcgLine.Learning.Evaluation;
using MpcgLine.Service.Commands;
using Spectre.Console;

namespace MpcgLine.Service.Evaluation;

/// <summary>Scores a method on test images and leaves <c>evaluation.json</c>, <c>images.csv</c>, <c>regions.jsonl</c> and <c>report.html</c>.</summary>
internal static class MethodEvaluation
{
    /// <summary>Blocks; the calling thread is the inference thread.</summary>
    /// <param name="method">The method.</param>
    /// <param name="test">Images and masks.</param>
    /// <param name="edges">Where the part lies in the images.</param>
    /// <param name="data">Folder of the images, for the report.</param>
    /// <param name="folder">Exists; files in it are replaced.</param>
    /// <param name="cancellation">Ends between two images, and nothing is written.</param>
    public static EvaluationSummary Run(
        ScoredMethod method, TestImages test, EdgeOptions edges, string data, string folder, CancellationToken cancellation)
    {
        EvaluationResult result = Evaluate(method, test, edges, folder, cancellation);
        EvaluationSummary summary = EvaluationSummary.Of(result, method, data, edges);
        ImageTable.Write(Path.Combine(folder, "images.csv"), result.Images);
        ImageRegions.Write(folder, result.Images);
        EvaluationReport.Write(Path.Combine(folder, "report.html"), result, summary);
        summary.Write(Path.Combine(folder, EvaluationSummary.FileName));
        return summary;
    }

    private static EvaluationResult Evaluate(
        ScoredMethod method, TestImages test, EdgeOptions edges, string folder, CancellationToken cancellation)
    {
        // Beside the results, since folders for temporary files are often small; without a name, so that nothing is left
        // of it however the program ends.
        string path = Path.Combine(folder, "evaluation.scratch");
        using FileStream scratch = new(path, FileMode.Create, FileAccess.ReadWrite, FileShare.Delete);
        File.Delete(path);
        using MethodInspector inspector = method.Open();
        return AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn())
            .Start(progress =>
            {
                ProgressTask task = progress.AddTask($"evaluation of {method.Method.Word()}", maxValue: 2.0 * test.Images.Count);
                return Evaluator.Evaluate(
                    inspector, method.Threshold, test, edges, scratch, new ImmediateProgress<int>(steps => task.Value = steps), cancellation);
            });
    }
}

using System.Globalization;
using Spectre.Console;

namespace MpcgLine.Service.Evaluation;

/// <summary>The figures on the terminal.</summary>
internal static class EvaluationTable
{
    /// <summary>Name and value of every figure, for people.</summary>
    public static IEnumerable<(string Name, string Value)> Rows(EvaluationSummary summary) =>
    [
        ("good images flagged", $"{summary.GoodFlagged} of {summary.Good}"),
        ("defective images flagged", $"{summary.DefectiveFound} of {summary.Defective}"),
        ("image AUROC", Text(summary.ImageAuroc)),
        ("pixel AUROC / AP", $"{Text(summary.PixelAuroc)} / {Text(summary.PixelAp)}"),
        ("AU-PRO to 0.3 / 0.05", $"{Text(summary.Aupro30)} / {Text(summary.Aupro05)}"),
        ("IoU, calibrated", Text(summary.Iou)),
        ("threshold", $"{Text(summary.ThresholdCalibrated)}, {summary.ThresholdSource}"),
        ("true regions", $"{summary.TrueRegions}{(summary.TooSmallRegions > 0 ? $" ({summary.TooSmallRegions} more are too small)" : "")}"),
        ("F1 calibrated", Regions(summary.F1Calibrated, summary.RecallCalibrated, summary.PrecisionCalibrated, summary.ThresholdCalibrated)),
        ("F1-max", Regions(summary.F1Max, summary.RecallF1Max, summary.PrecisionF1Max, summary.ThresholdF1Max)),
        ("recall by width, px", Bands(summary.RecallByWidth)),
        ("recall by contrast-to-noise", Bands(summary.RecallByContrast)),
    ];

    public static void Print(EvaluationSummary summary)
    {
        Table table = new Table().Border(TableBorder.Simple).AddColumns("", Markup.Escape(summary.Title));
        foreach ((string name, string value) in Rows(summary))
        {
            table.AddRow(Markup.Escape(name), Markup.Escape(value));
        }

        AnsiConsole.Write(table);
    }

    private static string Regions(double? f1, double? recall, double? precision, double threshold) =>
        $"{Text(f1)} (recall {Text(recall)}, precision {Text(precision)}, threshold {Text(threshold)})";

    private static string Bands(IReadOnlyList<BandRecall> bands) =>
        bands.Count == 0 ? "none" : string.Join(", ", bands.Select(band => $"{band.Band}: {band.Found} of {band.Regions}"));

    private static string Text(double? value) => value is { } number ? number.ToString("0.000", CultureInfo.InvariantCulture) : "none";
}

using System.Globalization;
using Spectre.Console;

namespace MpcgLine.Service.Demonstration;

/// <summary>The closing words of a demonstration.</summary>
internal static class DemoReport
{
    public static void Print(DemoSummary summary, string folder)
    {
        Table table = new Table().Border(TableBorder.Rounded).AddColumns("", "learned (live)", "paper (afterwards)");
        PaperFigures? paper = summary.Paper;
        table.AddRow("regions found", $"{summary.Found} of {summary.Rendered}", paper is null ? "" : $"{paper.Found} of {summary.Rendered}");
        table.AddRow("false regions", Text(summary.FalseRegions), Text(paper?.FalseRegions));
        table.AddRow("recall", Text(summary.Recall), Text(paper?.Recall));
        table.AddRow("precision", Text(summary.Precision), Text(paper?.Precision));
        table.AddRow("clean panels rejected", $"{summary.CleanRejected} of {summary.Clean}", paper is null ? "" : $"{paper.CleanRejected} of {summary.Clean}");
        AnsiConsole.Write(table);
        Console.WriteLine($"recall by contrast-to-noise: {Groups(summary.RecallByContrast)}");
        Console.WriteLine($"recall by surface: {Groups(summary.RecallBySurface)}");
        Console.WriteLine($"{summary.Panels} panels, {summary.NotInspected} not inspected, {summary.PlcMismatches} verdicts read differently by the PLC");
        Console.WriteLine($"verdict on the wire after the last line: p50 {Text(summary.VerdictMs.P50)} ms, p99 {Text(summary.VerdictMs.P99)} ms, max {Text(summary.VerdictMs.Max)} ms");
        Console.WriteLine($"overlays, log, verdicts.jsonl and summary.json are in {folder}");
    }

    private static string Groups(IEnumerable<GroupRecall> groups) =>
        string.Join(", ", groups.Select(group => $"{group.Group} {group.Found}/{group.Rendered}"));

    private static string Text(double? value) => value is { } number ? number.ToString("0.###", CultureInfo.InvariantCulture) : "";
}

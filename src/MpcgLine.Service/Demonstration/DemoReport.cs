using System.Globalization;
using MpcgLine.Devices.Plc.Simulated;
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
        if (summary.GateDenials > 0)
        {
            Console.WriteLine($"{summary.GateDenials} accepted panels were rejected at the gate: the heartbeat rested longer than the PLC allows; this machine is too busy");
        }

        Console.WriteLine($"verdict on the wire after the last line: p50 {Text(summary.VerdictMs.P50)} ms, p99 {Text(summary.VerdictMs.P99)} ms, max {Text(summary.VerdictMs.Max)} ms");
        Console.WriteLine($"overlays, log, verdicts.jsonl and summary.json are in {folder}");
    }

    /// <summary>One line for each verdict that the PLC did not read as it was logged.</summary>
    public static void PrintMismatches(IReadOnlyList<DemoPanel> panels, SimulatedPlc plc)
    {
        foreach (DemoPanel panel in panels.Where(panel => !DemoSummary.IsReadAsLogged(panel, plc)))
        {
            PlcPartRecord? part = panel.Outcome is { } told ? plc.PartDecision(told.PartId) : null;
            Console.WriteLine(
                $"panel {panel.Number}: logged {panel.Verdict.Verdict} ({panel.Verdict.Reason}); registers {panel.Outcome?.ReadBackWord:X4}, "
                + $"acknowledged {panel.Outcome?.Acknowledged}; PLC program {part?.VerdictWord:X4}, passed the gate {part?.Passed}");
        }
    }

    private static string Groups(IEnumerable<GroupRecall> groups) =>
        string.Join(", ", groups.Select(group => $"{group.Group} {group.Found}/{group.Rendered}"));

    private static string Text(double? value) => value is { } number ? number.ToString("0.###", CultureInfo.InvariantCulture) : "";
}

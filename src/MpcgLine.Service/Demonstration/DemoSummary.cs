using System.Text.Json;
using MpcgLine.Devices.Plc;
using MpcgLine.Devices.Plc.Simulated;
using MpcgLine.Inspection.Verdicts;
using MpcgLine.Service.Records;
using MpcgLine.Simulation;

namespace MpcgLine.Service.Demonstration;

/// <summary><c>summary.json</c> of a demonstration.</summary>
/// <param name="Panels">Panels that got a verdict.</param>
/// <param name="Clean">Panels without defects.</param>
/// <param name="Rendered">True regions.</param>
/// <param name="Found">True regions found.</param>
/// <param name="FalseRegions">Detections that are not right.</param>
/// <param name="Recall">Found over rendered.</param>
/// <param name="Precision">Right over all detections.</param>
/// <param name="CleanRejected">Clean panels with any verdict but Accept.</param>
/// <param name="NotInspected">Panels that were not inspected.</param>
/// <param name="PlcMismatches">Panels whose verdict the PLC did not read as it was logged.</param>
/// <param name="GateDenials">
/// Accepted panels whose verdict was read as logged and which the PLC rejected all the same, because the heartbeat had
/// rested: a machine too busy to prove in time that it is alive.
/// </param>
/// <param name="VerdictMs">From the last line to the verdict on the wire.</param>
/// <param name="RecallByContrast">Recall by contrast-to-noise.</param>
/// <param name="RecallBySurface">Recall by kind of surface.</param>
/// <param name="Paper">The same panels under equation 21, inspected again after the line had stopped; null if left out.</param>
/// <param name="Line">What ran.</param>
internal sealed record DemoSummary(
    int Panels,
    int Clean,
    int Rendered,
    int Found,
    int FalseRegions,
    double? Recall,
    double? Precision,
    int CleanRejected,
    int NotInspected,
    int PlcMismatches,
    int GateDenials,
    VerdictTimes VerdictMs,
    IReadOnlyList<GroupRecall> RecallByContrast,
    IReadOnlyList<GroupRecall> RecallBySurface,
    PaperFigures? Paper,
    DemoLine Line)
{
    public static DemoSummary Of(IReadOnlyList<DemoPanel> panels, SimulatedPlc plc, PaperFigures? paper, DemoLine line)
    {
        LineScore score = LineScore.Of([.. panels.Select(panel => panel.Score)]);
        return new DemoSummary(
            panels.Count,
            panels.Count(panel => panel.Score.Rendered == 0),
            score.Rendered,
            score.Found,
            score.FalseRegions,
            score.Recall,
            score.Precision,
            panels.Count(panel => panel.Score.Rendered == 0 && panel.Verdict.Verdict != Verdict.Accept),
            panels.Count(panel => panel.Verdict.Verdict == Verdict.NotInspected),
            panels.Count(panel => !IsReadAsLogged(panel, plc)),
            panels.Count(panel => IsReadAsLogged(panel, plc) && IsDenied(panel, plc)),
            VerdictTimes.Of([.. panels.Select(panel => panel.ElapsedMs)]),
            score.RecallByContrast,
            score.RecallBySurface,
            paper,
            line);
    }

    public void Write(string path) => File.WriteAllBytes(path, JsonSerializer.SerializeToUtf8Bytes(this, JsonForm.Indented));

    /// <summary>Whether the PLC read what was logged: twice proven, by the link's read-back and by the PLC's program at the gate.</summary>
    public static bool IsReadAsLogged(DemoPanel panel, SimulatedPlc plc)
    {
        ushort word = VerdictWord.Of(panel.Verdict.Verdict, panel.Verdict.Reason);
        return panel.Outcome is { } outcome
            && outcome.ReadBackWord == word
            && plc.PartDecision(outcome.PartId) is { } decision
            && decision.VerdictWord == word
            && (panel.Verdict.Verdict == Verdict.Accept || !decision.Passed);
    }

    private static bool IsDenied(DemoPanel panel, SimulatedPlc plc) =>
        panel.Verdict.Verdict == Verdict.Accept && plc.PartDecision(panel.Outcome!.Value.PartId) is { Passed: false };
}

/// <summary>Times in ms.</summary>
/// <param name="P50">Median.</param>
/// <param name="P99">99th percentile (nearest rank).</param>
/// <param name="Max">Longest.</param>
internal sealed record VerdictTimes(double P50, double P99, double Max)
{
    public static VerdictTimes Of(double[] times)
    {
        Array.Sort(times);
        double Rank(double share) => times.Length == 0 ? 0 : JsonForm.Round(times[(int)Math.Ceiling(share * times.Length) - 1]);
        return new VerdictTimes(Rank(0.5), Rank(0.99), Rank(1));
    }
}

/// <summary>What equation 21 does on the same panels.</summary>
/// <param name="Found">True regions found.</param>
/// <param name="FalseRegions">Detections that are not right.</param>
/// <param name="Recall">Found over rendered.</param>
/// <param name="Precision">Right over all detections.</param>
/// <param name="CleanRejected">Clean panels with a detection.</param>
internal sealed record PaperFigures(int Found, int FalseRegions, double? Recall, double? Precision, int CleanRejected)
{
    public static PaperFigures Of(IReadOnlyList<PanelScore> panels)
    {
        LineScore score = LineScore.Of(panels);
        return new PaperFigures(
            score.Found, score.FalseRegions, score.Recall, score.Precision, panels.Count(panel => panel.Rendered == 0 && panel.Detections > 0));
    }
}

/// <summary>What a demonstration ran with.</summary>
/// <param name="Seed">Seed of the line.</param>
/// <param name="Width">Columns.</param>
/// <param name="Length">Lines.</param>
/// <param name="Defects">Family of the defects.</param>
/// <param name="Model">The model.</param>
/// <param name="LinesPerSecond">Line rate, chosen from the measured cost of a tile.</param>
/// <param name="DeadlineMs">Longest time from the last line to a verdict.</param>
internal sealed record DemoLine(
    ulong Seed, int Width, int Length, DefectFamily Defects, string Model, double LinesPerSecond, double DeadlineMs);

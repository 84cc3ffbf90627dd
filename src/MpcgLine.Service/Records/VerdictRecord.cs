using MpcgLine.Devices.Plc;
using MpcgLine.Inspection.Rejection;
using MpcgLine.Inspection.Verdicts;

namespace MpcgLine.Service.Records;

/// <summary>One line of <c>verdicts.jsonl</c>.</summary>
/// <param name="Panel">Number within the run, from 1.</param>
/// <param name="Source">File or number at the camera.</param>
/// <param name="Verdict">Accept, reject or notInspected.</param>
/// <param name="Reason">Why it was not inspected; none otherwise.</param>
/// <param name="ElapsedMs">From the last line to the verdict at the PLC, or to the verdict where there is no PLC.</param>
/// <param name="Part">Part the PLC bound it to; 0 if none.</param>
/// <param name="PlcVerdict">What the word read back from the PLC means; null without one.</param>
/// <param name="Acknowledged">Whether the PLC acknowledged it.</param>
/// <param name="Defects">All defects.</param>
internal sealed record VerdictRecord(
    long Panel,
    string Source,
    Verdict Verdict,
    NotInspectedReason Reason,
    double ElapsedMs,
    uint Part,
    Verdict? PlcVerdict,
    bool Acknowledged,
    IReadOnlyList<DefectRecord> Defects)
{
    public static VerdictRecord Of(string source, PanelVerdict verdict, RejectOutcome? outcome, TimeProvider time) => new(
        verdict.Panel.Value,
        source,
        verdict.Verdict,
        verdict.Reason,
        JsonForm.Round(ElapsedMilliseconds(verdict, outcome, time)),
        outcome?.PartId ?? 0,
        outcome is { } told ? VerdictWord.Meaning(told.ReadBackWord) : null,
        outcome?.Acknowledged ?? false,
        [.. verdict.Defects.Select(defect => DefectRecord.Of(source, defect))]);

    /// <summary>From the last line to the verdict on the wire, or to the verdict where it reached none.</summary>
    public static double ElapsedMilliseconds(PanelVerdict verdict, RejectOutcome? outcome, TimeProvider time) =>
        time.GetElapsedTime(verdict.LastLineAt, outcome is { WrittenAt: > 0 } told ? told.WrittenAt : verdict.DecidedAt).TotalMilliseconds;
}

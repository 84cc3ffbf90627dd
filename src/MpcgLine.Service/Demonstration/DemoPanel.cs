using MpcgLine.Inspection.Rejection;
using MpcgLine.Inspection.Verdicts;

namespace MpcgLine.Service.Demonstration;

/// <summary>One panel of the demonstration, from truth to PLC.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Score">Truth against detections.</param>
/// <param name="Verdict">The verdict as logged.</param>
/// <param name="ElapsedMs">From the last line to the verdict on the wire.</param>
/// <param name="Outcome">What the PLC's registers read back; null when the order never left.</param>
internal sealed record DemoPanel(int Number, PanelScore Score, PanelVerdict Verdict, double ElapsedMs, RejectOutcome? Outcome);

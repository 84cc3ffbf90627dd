using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Verdicts;

namespace MpcgLine.Inspection.Rejection;

/// <summary>The verdict of one panel on its way to the PLC.</summary>
/// <param name="Panel">The panel, for the log.</param>
/// <param name="Verdict">What to tell; anything but Accept rejects.</param>
/// <param name="Reason">Reason of a NotInspected verdict.</param>
/// <param name="DefectClass">Class of the worst defect of a Reject, 0 if none.</param>
/// <param name="LeadingEdge">Camera encoder count at the panel's first line; the link binds the panel to an announced part with it.</param>
/// <param name="Deadline">Timestamp (<see cref="TimeProvider.GetTimestamp"/> units) past which an Accept must become NotInspected.</param>
public readonly record struct RejectOrder(
    PanelId Panel,
    Verdict Verdict,
    NotInspectedReason Reason,
    int DefectClass,
    EncoderCount LeadingEdge,
    long Deadline);

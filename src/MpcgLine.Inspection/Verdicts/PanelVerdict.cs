using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Regions;

namespace MpcgLine.Inspection.Verdicts;

/// <summary>The end of a panel's way: its verdict and what it rests on. Immutable; may be shared between threads.</summary>
/// <param name="Panel">The panel.</param>
/// <param name="Burst">The camera's part trigger that started it.</param>
/// <param name="Verdict">Accept, Reject or NotInspected.</param>
/// <param name="Reason">Why it was not inspected; None otherwise.</param>
/// <param name="Defects">All defects found, largest score first; may be filled for a panel that was not inspected whole.</param>
/// <param name="LinesExpected">Lines the burst was to have.</param>
/// <param name="LinesReceived">Lines that arrived whole.</param>
/// <param name="TilesInspected">Tiles that went through the inference stage, those outside the inspected area among them.</param>
/// <param name="LeadingEdge">Encoder count at the panel's first line.</param>
/// <param name="LastLineAt">Timestamp at which the last line was exposed, or was due.</param>
/// <param name="DecidedAt">Timestamp of the verdict.</param>
public sealed record PanelVerdict(
    PanelId Panel,
    long Burst,
    Verdict Verdict,
    NotInspectedReason Reason,
    IReadOnlyList<Defect> Defects,
    int LinesExpected,
    int LinesReceived,
    int TilesInspected,
    EncoderCount LeadingEdge,
    long LastLineAt,
    long DecidedAt)
{
    /// <summary>Inspected pixels over all pixels, 0 to 1.</summary>
    public double InspectedFraction { get; init; }
}

using MpcgLine.Inspection.Primitives;

namespace MpcgLine.Inspection.Rejection;

/// <summary>What became of a reject order: the words that were read back from the PLC's registers.</summary>
/// <param name="Panel">The panel.</param>
/// <param name="PartId">The part it was bound to, 0 if none.</param>
/// <param name="Sequence">Result sequence it was written under, 0 if it was never written.</param>
/// <param name="WrittenWord">Verdict word that was written.</param>
/// <param name="ReadBackWord">Verdict word read back, 0 if it could not be read.</param>
/// <param name="Acknowledged">Whether the PLC acknowledged the sequence.</param>
/// <param name="WrittenAt">Timestamp at which the write was confirmed, 0 if it never was.</param>
public readonly record struct RejectOutcome(
    PanelId Panel,
    uint PartId,
    ushort Sequence,
    ushort WrittenWord,
    ushort ReadBackWord,
    bool Acknowledged,
    long WrittenAt);

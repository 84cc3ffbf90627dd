using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Rejection;

namespace MpcgLine.Devices.Plc;

/// <summary>One result between its first write and its acknowledgement. Preallocated and reused.</summary>
internal sealed class PendingResult
{
    public RejectOrder Order { get; private set; }

    public ushort Sequence { get; private set; }

    public uint PartId { get; set; }

    /// <summary>Leading edge in the PLC's encoder.</summary>
    public EncoderCount LeadingEdge { get; set; }

    public ushort Word { get; set; }

    public ushort Detail { get; set; }

    public ushort ReadBackWord { get; set; }

    /// <summary>Timestamp at which the commit was confirmed, 0 until then.</summary>
    public long WrittenAt { get; set; }

    public void Start(in RejectOrder order, ushort sequence)
    {
        Order = order;
        Sequence = sequence;
        PartId = 0;
        LeadingEdge = default;
        Word = 0;
        Detail = 0;
        ReadBackWord = 0;
        WrittenAt = 0;
    }

    public ResultSlot ToSlot() => new(Sequence, Word, PartId, LeadingEdge, Detail, Sequence);

    public RejectOutcome ToOutcome(bool acknowledged) =>
        new(Order.Panel, PartId, Sequence, Word, ReadBackWord, acknowledged, WrittenAt);
}

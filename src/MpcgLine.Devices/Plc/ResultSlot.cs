using MpcgLine.Inspection.Primitives;

namespace MpcgLine.Devices.Plc;

/// <summary>One result as it stands in a slot of the register image.</summary>
/// <param name="Sequence">Number at the slot's beginning.</param>
/// <param name="Word">Verdict word.</param>
/// <param name="PartId">Part, 0 if bound to none.</param>
/// <param name="Encoder">Leading edge in the PLC's encoder.</param>
/// <param name="Detail">Reason or defect class.</param>
/// <param name="SequenceEnd">Number at the slot's end.</param>
internal readonly record struct ResultSlot(
    ushort Sequence,
    ushort Word,
    uint PartId,
    EncoderCount Encoder,
    ushort Detail,
    ushort SequenceEnd)
{
    public bool IsTorn => Sequence != SequenceEnd;

    public static ResultSlot Read(ReadOnlySpan<ushort> slot, WordOrder order) => new(
        slot[0],
        slot[1],
        RegisterMap.ReadU32(slot[2..], order),
        new EncoderCount(RegisterMap.ReadU32(slot[4..], order)),
        slot[6],
        slot[7]);

    public void Write(Span<ushort> slot, WordOrder order)
    {
        slot[0] = Sequence;
        slot[1] = Word;
        RegisterMap.WriteU32(slot[2..], order, PartId);
        RegisterMap.WriteU32(slot[4..], order, Encoder.Value);
        slot[6] = Detail;
        slot[7] = SequenceEnd;
    }
}

using MpcgLine.Inspection.Primitives;

namespace MpcgLine.Devices.Plc;

/// <summary>One announcement as it stands in a slot of the register image.</summary>
/// <param name="Sequence">Number at the slot's beginning.</param>
/// <param name="PartId">Part.</param>
/// <param name="Encoder">PLC encoder when the part sensor fired.</param>
/// <param name="Flags">Bit 0: challenge part.</param>
/// <param name="SequenceEnd">Number at the slot's end.</param>
internal readonly record struct PartSlot(ushort Sequence, uint PartId, EncoderCount Encoder, ushort Flags, ushort SequenceEnd)
{
    public static PartSlot Read(ReadOnlySpan<ushort> slot, WordOrder order) => new(
        slot[0],
        RegisterMap.ReadU32(slot[1..], order),
        new EncoderCount(RegisterMap.ReadU32(slot[3..], order)),
        slot[5],
        slot[7]);

    public void Write(Span<ushort> slot, WordOrder order)
    {
        slot[0] = Sequence;
        RegisterMap.WriteU32(slot[1..], order, PartId);
        RegisterMap.WriteU32(slot[3..], order, Encoder.Value);
        slot[5] = Flags;
        slot[6] = 0;
        slot[7] = SequenceEnd;
    }
}

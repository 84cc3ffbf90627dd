using MpcgLine.Inspection.Primitives;

namespace MpcgLine.Devices.Plc;

/// <summary>Image of the block the PLC writes (P2D), with typed access. Owned by one thread.</summary>
internal sealed class PlcRegisters(WordOrder order)
{
    public const int PlcHeartbeatAt = 0;
    public const int ControlAt = 1;
    public const int CmdSeqAt = 2;
    public const int CmdCodeAt = 3;
    public const int CmdArgAt = 4;
    public const int AckSeqAt = 5;
    public const int AckSessionAt = 6;
    public const int PlcFaultAt = 7;
    public const int PlcEncoderAt = 8;
    public const int PlcSessionAt = 10;
    public const int HeadPartSeqAt = 11;
    public const int ReservedAt = 12;

    private readonly ushort[] _words = new ushort[RegisterMap.PlcLength];

    public Span<ushort> All => _words;

    public ushort PlcHeartbeat { get => _words[PlcHeartbeatAt]; set => _words[PlcHeartbeatAt] = value; }

    public PlcControl Control { get => (PlcControl)_words[ControlAt]; set => _words[ControlAt] = (ushort)value; }

    public ushort AckSeq { get => _words[AckSeqAt]; set => _words[AckSeqAt] = value; }

    public ushort AckSession { get => _words[AckSessionAt]; set => _words[AckSessionAt] = value; }

    public ushort PlcSession { get => _words[PlcSessionAt]; set => _words[PlcSessionAt] = value; }

    public ushort HeadPartSeq { get => _words[HeadPartSeqAt]; set => _words[HeadPartSeqAt] = value; }

    public EncoderCount PlcEncoder
    {
        get => new(RegisterMap.ReadU32(_words.AsSpan(PlcEncoderAt), order));
        set => RegisterMap.WriteU32(_words.AsSpan(PlcEncoderAt), order, value.Value);
    }

    public PartSlot ReadPart(ushort sequence) => PartSlot.Read(SlotOf(sequence), order);

    public void WritePart(in PartSlot part) => part.Write(SlotOf(part.Sequence), order);

    private Span<ushort> SlotOf(ushort sequence) => _words.AsSpan(RegisterMap.PartSlotAt(sequence), RegisterMap.SlotLength);
}

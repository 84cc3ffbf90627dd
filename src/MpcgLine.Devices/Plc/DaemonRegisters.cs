namespace MpcgLine.Devices.Plc;

/// <summary>Image of the block the daemon writes (D2P), with typed access. Owned by one thread.</summary>
internal sealed class DaemonRegisters(WordOrder order)
{
    public const int MapVersionAt = 0;
    public const int HeartbeatAt = 1;
    public const int StatusAt = 2;
    public const int FaultCodeAt = 3;
    public const int ActiveRecipeAt = 4;
    public const int CmdAckSeqAt = 5;
    public const int CmdAckStatusAt = 6;
    public const int PendingAt = 7;
    public const int HeadSeqAt = 8;
    public const int SessionIdAt = 9;
    public const int PassedAt = 10;
    public const int RejectedAt = 12;
    public const int NotInspectedAt = 14;

    private readonly ushort[] _words = new ushort[RegisterMap.DaemonLength];

    public Span<ushort> All => _words;

    public Span<ushort> Head => _words.AsSpan(0, RegisterMap.DaemonHeadLength);

    public Span<ushort> Slots => _words.AsSpan(RegisterMap.DaemonHeadLength);

    public ushort MapVersion { get => _words[MapVersionAt]; set => _words[MapVersionAt] = value; }

    public ushort Heartbeat { get => _words[HeartbeatAt]; set => _words[HeartbeatAt] = value; }

    public PlcStatus Status { get => (PlcStatus)_words[StatusAt]; set => _words[StatusAt] = (ushort)value; }

    public ushort FaultCode { get => _words[FaultCodeAt]; set => _words[FaultCodeAt] = value; }

    public ushort ActiveRecipe { get => _words[ActiveRecipeAt]; set => _words[ActiveRecipeAt] = value; }

    public ushort Pending { get => _words[PendingAt]; set => _words[PendingAt] = value; }

    public ushort HeadSeq { get => _words[HeadSeqAt]; set => _words[HeadSeqAt] = value; }

    public ushort SessionId { get => _words[SessionIdAt]; set => _words[SessionIdAt] = value; }

    public uint Passed { get => U32(PassedAt); set => SetU32(PassedAt, value); }

    public uint Rejected { get => U32(RejectedAt); set => SetU32(RejectedAt, value); }

    public uint NotInspected { get => U32(NotInspectedAt); set => SetU32(NotInspectedAt, value); }

    public Span<ushort> SlotOf(ushort sequence) => _words.AsSpan(RegisterMap.ResultSlotAt(sequence), RegisterMap.SlotLength);

    private uint U32(int at) => RegisterMap.ReadU32(_words.AsSpan(at), order);

    private void SetU32(int at, uint value) => RegisterMap.WriteU32(_words.AsSpan(at), order, value);
}

namespace MpcgLine.Devices.Plc;

/// <summary>
/// The register map, version 1, as one table: the accessors take their offsets from here, and
/// <c>hardware/plc-register-map.md</c> is compared with it by a test.
/// </summary>
public static class RegisterMap
{
    /// <summary>Value of MapVersion; 0 means never written, or cleared by the PLC's watchdog.</summary>
    public const ushort Version = 0x0100;

    /// <summary>Registers of the block the daemon writes (D2P).</summary>
    public const int DaemonLength = 80;

    /// <summary>Registers of that block that are written every cycle; the result slots follow them.</summary>
    public const int DaemonHeadLength = 16;

    /// <summary>Registers of the block the PLC writes (P2D).</summary>
    public const int PlcLength = 48;

    /// <summary>Registers of that block before its part slots.</summary>
    public const int PlcHeadLength = 16;

    /// <summary>Registers of one slot in either block.</summary>
    public const int SlotLength = 8;

    /// <summary>Result slots: the most results that may be unacknowledged.</summary>
    public const int ResultSlots = 8;

    /// <summary>Part slots.</summary>
    public const int PartSlots = 4;

    /// <summary>D2P, head: daemon to PLC.</summary>
    public static IReadOnlyList<RegisterEntry> DaemonHead { get; } =
    [
        new(DaemonRegisters.MapVersionAt, 1, "MapVersion", "0x0100; 0: never written, or cleared by the PLC's watchdog"),
        new(DaemonRegisters.HeartbeatAt, 1, "Heartbeat", "+1 per 100 ms, skips 0; unchanged for 500 ms: reject all"),
        new(DaemonRegisters.StatusAt, 1, "Status", "b0 Online, b1 Busy, b2 Warning, b3 Fault, b4 Overrun (latched), b5 EncoderOk, b6 CameraOk, b7 RecipeOk, b8 TestMode, b9 Late (latched), b10 WarmingUp, b15 always 0"),
        new(DaemonRegisters.FaultCodeAt, 1, "FaultCode", "0 none, 1 camera, 2 encoder, 3 inference, 4 deadline, 5 queue, 6 disk, 7 configuration, 8 PLC protocol, 9 part binding"),
        new(DaemonRegisters.ActiveRecipeAt, 1, "ActiveRecipe", "number of the loaded recipe"),
        new(DaemonRegisters.CmdAckSeqAt, 1, "CmdAckSeq", "CmdSeq of the command answered last"),
        new(DaemonRegisters.CmdAckStatusAt, 1, "CmdAckStatus", "0 idle, 1 running, 2 done, 3 error, 4 rejected"),
        new(DaemonRegisters.PendingAt, 1, "Pending", "results not yet acknowledged"),
        new(DaemonRegisters.HeadSeqAt, 1, "HeadSeq", "newest committed result, 1..65528 then 1 again; 0: none"),
        new(DaemonRegisters.SessionIdAt, 1, "SessionId", "+1 at every start of the daemon, skips 0"),
        new(DaemonRegisters.PassedAt, 2, "Passed", "results written as PASS, u32"),
        new(DaemonRegisters.RejectedAt, 2, "Rejected", "results written as FAIL, u32"),
        new(DaemonRegisters.NotInspectedAt, 2, "NotInspected", "results written as NotInspected, u32"),
    ];

    /// <summary>D2P, one result slot; slot <c>Seq mod 8</c> starts at register 16 + 8 * (Seq mod 8).</summary>
    public static IReadOnlyList<RegisterEntry> ResultSlot { get; } =
    [
        new(0, 1, "Seq", "sequence number of the result"),
        new(1, 1, "Verdict", "0x5AA5 PASS, 0xA55A FAIL, 0x0E00 + n NotInspected with reason n; anything else rejects"),
        new(2, 2, "PartId", "the part the verdict is for, u32; 0: bound to none"),
        new(4, 2, "Encoder", "leading edge in the PLC's encoder, u32"),
        new(6, 1, "Detail", "reason of a NotInspected, class of the worst defect of a FAIL (1 dot, 2 strip)"),
        new(7, 1, "SeqEnd", "sequence number again; differs from Seq: torn"),
    ];

    /// <summary>P2D, head: PLC to daemon.</summary>
    public static IReadOnlyList<RegisterEntry> PlcHead { get; } =
    [
        new(PlcRegisters.PlcHeartbeatAt, 1, "PlcHeartbeat", "+1 per scan group, at least every 200 ms"),
        new(PlcRegisters.ControlAt, 1, "Control", "b0 Run, b1 ClearFault, b2 ClearCounters, b3 TestMode (the operator accepts TestMode verdicts)"),
        new(PlcRegisters.CmdSeqAt, 1, "CmdSeq", "a change executes the command"),
        new(PlcRegisters.CmdCodeAt, 1, "CmdCode", "1 load recipe, 2 reset counters, 3 soft reset"),
        new(PlcRegisters.CmdArgAt, 1, "CmdArg", "argument of the command"),
        new(PlcRegisters.AckSeqAt, 1, "AckSeq", "newest result taken or refused; counts only where AckSession equals SessionId"),
        new(PlcRegisters.AckSessionAt, 1, "AckSession", "echo of SessionId"),
        new(PlcRegisters.PlcFaultAt, 1, "PlcFault", "the PLC's own fault code, 0 none"),
        new(PlcRegisters.PlcEncoderAt, 2, "PlcEncoder", "encoder now, u32"),
        new(PlcRegisters.PlcSessionAt, 1, "PlcSession", "changes whenever the PLC restarts or clears its part queue"),
        new(PlcRegisters.HeadPartSeqAt, 1, "HeadPartSeq", "newest announced part, 1..65528 then 1 again; 0: none"),
        new(PlcRegisters.ReservedAt, 4, "reserved", "0"),
    ];

    /// <summary>P2D, one part slot; slot <c>PartSeq mod 4</c> starts at register 16 + 8 * (PartSeq mod 4).</summary>
    public static IReadOnlyList<RegisterEntry> PartSlot { get; } =
    [
        new(0, 1, "PartSeq", "sequence number of the announcement"),
        new(1, 2, "PartId", "the part, u32, never 0"),
        new(3, 2, "Encoder", "encoder when the part sensor fired, u32"),
        new(5, 1, "Flags", "b0 challenge part"),
        new(6, 1, "reserved", "0"),
        new(7, 1, "PartSeqEnd", "sequence number again; differs from PartSeq: torn"),
    ];

    internal static int ResultSlotAt(ushort sequence) => DaemonHeadLength + (SlotLength * (sequence % ResultSlots));

    internal static int PartSlotAt(ushort sequence) => PlcHeadLength + (SlotLength * (sequence % PartSlots));

    internal static uint ReadU32(ReadOnlySpan<ushort> registers, WordOrder order) => order == WordOrder.HighFirst
        ? ((uint)registers[0] << 16) | registers[1]
        : ((uint)registers[1] << 16) | registers[0];

    internal static void WriteU32(Span<ushort> registers, WordOrder order, uint value)
    {
        (ushort high, ushort low) = ((ushort)(value >> 16), (ushort)value);
        (registers[0], registers[1]) = order == WordOrder.HighFirst ? (high, low) : (low, high);
    }
}

using MpcgLine.Inspection.Verdicts;

namespace MpcgLine.Devices.Plc;

/// <summary>
/// The verdict as one register. A part passes on <see cref="Pass"/> alone: zero, all ones and every other value,
/// which silence or a fault could leave behind, reject.
/// </summary>
public static class VerdictWord
{
    /// <summary>Found clean, whole and in time.</summary>
    public const ushort Pass = 0x5AA5;

    /// <summary>Defects break a rule.</summary>
    public const ushort Fail = 0xA55A;

    private const ushort NotInspectedBase = 0x0E00;

    /// <summary>The word for a panel that was not inspected.</summary>
    public static ushort NotInspected(NotInspectedReason reason) => (ushort)(NotInspectedBase + (int)reason);

    /// <summary>The word for a verdict and its reason.</summary>
    public static ushort Of(Verdict verdict, NotInspectedReason reason) => verdict switch
    {
        Verdict.Accept => Pass,
        Verdict.Reject => Fail,
        _ => NotInspected(reason),
    };

    /// <summary>What a word tells a PLC; anything unknown is NotInspected, which rejects.</summary>
    public static Verdict Meaning(ushort word) => word switch
    {
        Pass => Verdict.Accept,
        Fail => Verdict.Reject,
        _ => Verdict.NotInspected,
    };
}

namespace MpcgLine.Devices.Plc;

/// <summary>
/// Arithmetic of result and part sequence numbers: 1..65528, then 1 again; 0 means none. 65528 is a multiple of
/// 8 and of 4, so the slot a number falls into never collides across the wrap.
/// </summary>
internal static class SequenceNumber
{
    public const int Count = 65528;

    /// <summary>The number after this one; 1 after 0 and after 65528.</summary>
    public static ushort Next(ushort sequence) => sequence is 0 or Count ? (ushort)1 : (ushort)(sequence + 1);

    /// <summary>Steps of <see cref="Next"/> from <paramref name="from"/> to <paramref name="to"/>; none to "none".</summary>
    public static int Distance(ushort from, ushort to)
    {
        if (to == 0)
        {
            return 0;
        }

        // From "none" the first number is one step away.
        return from == 0 ? to : (to - from + Count) % Count;
    }

    /// <summary>Whether a register value can be a sequence number or none.</summary>
    public static bool IsValid(ushort value) => value <= Count;
}

namespace MpcgLine.Inspection;

/// <summary>The counts behind <see cref="InspectionCounter"/>; any thread, allocation-free.</summary>
public sealed class InspectionCounters
{
    private static readonly int Count = Enum.GetValues<InspectionCounter>().Length;

    private readonly long[] _values = new long[Count];

    /// <summary>The count now.</summary>
    public long this[InspectionCounter counter] => Volatile.Read(ref _values[(int)counter]);

    /// <summary>Adds <paramref name="amount"/>, which is not negative.</summary>
    public void Add(InspectionCounter counter, long amount = 1) => Interlocked.Add(ref _values[(int)counter], amount);
}

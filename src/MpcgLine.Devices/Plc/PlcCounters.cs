namespace MpcgLine.Devices.Plc;

/// <summary>The PLC link's counts since the start; any thread may read.</summary>
public sealed class PlcCounters
{
    private readonly long[] _counts = new long[Enum.GetValues<PlcCounter>().Length];

    /// <summary>One count.</summary>
    public long this[PlcCounter counter] => Interlocked.Read(ref _counts[(int)counter]);

    /// <summary>All counts by name.</summary>
    public IReadOnlyDictionary<string, long> ByName() =>
        Enum.GetValues<PlcCounter>().ToDictionary(c => c.ToString(), c => this[c]);

    internal void Add(PlcCounter counter, long amount = 1) => Interlocked.Add(ref _counts[(int)counter], amount);
}

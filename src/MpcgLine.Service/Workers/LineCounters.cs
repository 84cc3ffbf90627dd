namespace MpcgLine.Service.Workers;

/// <summary>The counts behind <see cref="LineCounter"/>; any thread.</summary>
internal sealed class LineCounters
{
    private readonly long[] _values = new long[Enum.GetValues<LineCounter>().Length];

    /// <summary>The count now.</summary>
    public long this[LineCounter counter] => Volatile.Read(ref _values[(int)counter]);

    /// <summary>Adds one and returns the new count.</summary>
    public long Add(LineCounter counter) => Interlocked.Increment(ref _values[(int)counter]);
}

namespace MpcgLine.Inspection.Primitives;

/// <summary>Shaft position in encoder counts, modulo 2^32: the only clock for position.</summary>
/// <param name="Value">Raw count as the counter shows it; it wraps.</param>
public readonly record struct EncoderCount(uint Value)
{
    /// <summary>
    /// Counts from this position to <paramref name="later"/>, taken the short way round the wrap
    /// (positive: <paramref name="later"/> lies ahead in the direction of travel).
    /// </summary>
    public int DistanceTo(EncoderCount later) => unchecked((int)(later.Value - Value));

    /// <summary>The position <paramref name="counts"/> further on, modulo 2^32.</summary>
    public EncoderCount Advance(long counts) => new(unchecked((uint)(Value + counts)));
}

namespace MpcgLine.Inspection.Acquisition;

/// <summary>
/// One slot of the ring: a block of consecutive lines and their stamp. Allocated once, pinned, reused for ever.
/// Owned by the thread that claimed or read it until it is published or released.
/// </summary>
public sealed class Strip
{
    private readonly byte[] _pixels;

    /// <summary>Allocates a slot on the pinned heap.</summary>
    /// <param name="width">Pixels per line.</param>
    /// <param name="lineCapacity">Most lines one transfer can hold.</param>
    public Strip(int width, int lineCapacity)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(lineCapacity);
        Width = width;
        LineCapacity = lineCapacity;
        _pixels = GC.AllocateUninitializedArray<byte>(checked(width * lineCapacity), pinned: true);
    }

    /// <summary>Pixels per line.</summary>
    public int Width { get; }

    /// <summary>Most lines the slot holds.</summary>
    public int LineCapacity { get; }

    /// <summary>The driver's stamp; meaningful after the strip was filled.</summary>
    public StripStamp Stamp { get; set; }

    /// <summary>
    /// Strips lost to a full ring between the strip published before this one and this one; written by
    /// <see cref="StripRing.Publish"/>. It tells lines dropped by us from lines missing at source.
    /// </summary>
    public long OverrunsBefore { get; internal set; }

    /// <summary>The whole slot, <c>[LineCapacity, Width]</c> gray levels; only <c>Stamp.LineCount</c> lines are valid.</summary>
    public Span<byte> Pixels => _pixels;

    /// <summary>One line of the strip, 0 being its first.</summary>
    public Span<byte> Line(int line) => _pixels.AsSpan(line * Width, Width);
}

using MpcgLine.Inspection.Acquisition;
using MpcgLine.Inspection.Primitives;

namespace MpcgLine.Inspection.Stitching;

/// <summary>Where and when the lines of one burst were exposed, from the stamps of its strips. Stitching thread only.</summary>
internal sealed class BurstClock(StitchOptions options)
{
    private StripStamp _first;
    private StripStamp _newest;
    private bool _hasNewest;

    /// <summary>Encoder count at the burst's line 0, extrapolated when the first strips are missing and the pitch is known.</summary>
    public EncoderCount LeadingEdge { get; private set; }

    /// <summary>Starts with the first strip seen of a burst.</summary>
    public void Begin(in StripStamp stamp)
    {
        _first = stamp;
        _newest = stamp;
        _hasNewest = false;
        LeadingEdge = LeadingEdgeOf(stamp);
    }

    /// <summary>Encoder count at line 0 of a strip's burst.</summary>
    public EncoderCount LeadingEdgeOf(in StripStamp stamp) =>
        stamp.Encoder.Advance(-(long)Math.Round(stamp.FirstLine.Value * options.EncoderCountsPerLine));

    /// <summary>Whether the encoder moved from the newest strip to this one as the lines between them say.</summary>
    public bool Fits(in StripStamp stamp)
    {
        if (!_hasNewest)
        {
            return true;
        }

        int travelled = _newest.Encoder.DistanceTo(stamp.Encoder);
        if (options.EncoderCountsPerLine == 0)
        {
            return travelled >= 0;
        }

        double expected = (stamp.FirstLine.Value - _newest.FirstLine.Value) * options.EncoderCountsPerLine;
        return Math.Abs(travelled - expected) <= options.EncoderToleranceLines * Math.Abs(options.EncoderCountsPerLine);
    }

    /// <summary>Takes note of a strip.</summary>
    public void Advance(in StripStamp stamp)
    {
        _newest = stamp;
        _hasNewest = true;
    }

    /// <summary>Timestamp at which the last of <paramref name="length"/> lines was exposed or is due.</summary>
    public long Due(int length)
    {
        long lines = LastLine(_newest) - LastLine(_first);
        long remaining = length - 1 - LastLine(_newest);
        if (lines <= 0 || remaining <= 0)
        {
            return _newest.ExposedAt;
        }

        return _newest.ExposedAt + (long)((double)(_newest.ExposedAt - _first.ExposedAt) * remaining / lines);
    }

    private static long LastLine(in StripStamp stamp) => stamp.FirstLine.Value + stamp.LineCount - 1;
}

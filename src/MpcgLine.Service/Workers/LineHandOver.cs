using System.Threading.Channels;
using MpcgLine.Inspection.Acquisition;
using MpcgLine.Inspection.Stitching;

namespace MpcgLine.Service.Workers;

/// <summary>What the hot path's threads hand each other: the ring, the queue of pieces, and the signals that wake them.</summary>
internal sealed class LineHandOver : IDisposable
{
    /// <summary>Longest wait of any loop: the liveness token has to come round.</summary>
    public static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    private volatile bool _isAcquisitionDone;
    private volatile bool _isStitchingDone;

    public LineHandOver(int ringStrips, int width, int linesPerStrip, int pieces)
    {
        Ring = new StripRing(ringStrips, width, linesPerStrip);
        Pieces = Channel.CreateBounded<StitchedPiece>(new BoundedChannelOptions(pieces) { SingleReader = true, SingleWriter = true });
    }

    /// <summary>Camera thread to stitching thread.</summary>
    public StripRing Ring { get; }

    /// <summary>Stitching thread to inference thread.</summary>
    public Channel<StitchedPiece> Pieces { get; }

    /// <summary>Set when a strip was published or acquisition ended.</summary>
    public Signal StripReady { get; } = new();

    /// <summary>Set when a strip was released.</summary>
    public Signal StripReleased { get; } = new();

    /// <summary>Set when a piece was written or stitching ended.</summary>
    public Signal PieceReady { get; } = new();

    /// <summary>Set when a piece was taken or a tile row's buffer came back.</summary>
    public Signal PieceTaken { get; } = new();

    /// <summary>No strip comes any more.</summary>
    public bool IsAcquisitionDone => _isAcquisitionDone;

    /// <summary>No piece comes any more.</summary>
    public bool IsStitchingDone => _isStitchingDone;

    public void EndAcquisition()
    {
        _isAcquisitionDone = true;
        StripReady.Set();
    }

    public void EndStitching()
    {
        _isStitchingDone = true;
        PieceReady.Set();
    }

    public void Dispose()
    {
        StripReady.Dispose();
        StripReleased.Dispose();
        PieceReady.Dispose();
        PieceTaken.Dispose();
    }
}

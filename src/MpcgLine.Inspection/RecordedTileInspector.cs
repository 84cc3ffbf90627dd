using MpcgLine.Inspection.Difference;
using MpcgLine.Inspection.Tiling;

namespace MpcgLine.Inspection;

/// <summary>
/// The inference stage again, from a recording instead of the networks: what the learned fusion would have found at
/// another threshold. One thread; the panel has to be the one that was recorded.
/// </summary>
public sealed class RecordedTileInspector : ITileInspector
{
    private const int TilePixels = TileRowFindings.TileSize * TileRowFindings.TileSize;

    private readonly byte[] _tiles;
    private readonly byte[] _inspected;
    private readonly SuspectOutline _outline = new();
    private TileRecording _recording = new();
    private float _threshold;
    private int _next;

    /// <summary>Stages up to <paramref name="maxTiles"/> tiles.</summary>
    public RecordedTileInspector(int maxTiles)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxTiles, 1);
        MaxTiles = maxTiles;
        _tiles = new byte[maxTiles * TilePixels];
        _inspected = new byte[maxTiles * TilePixels];
    }

    /// <inheritdoc/>
    public int MaxTiles { get; }

    /// <inheritdoc/>
    public Span<byte> Tile(int index) => _tiles.AsSpan(index * TilePixels, TilePixels);

    /// <inheritdoc/>
    public Span<byte> Inspected(int index) => _inspected.AsSpan(index * TilePixels, TilePixels);

    /// <summary>The next tile inspected is the recording's first.</summary>
    /// <param name="recording">Of one panel; read until the panel is concluded.</param>
    /// <param name="threshold">A cell is suspected from this score on.</param>
    public void Start(TileRecording recording, float threshold)
    {
        _recording = recording;
        _threshold = threshold;
        _next = 0;
    }

    /// <inheritdoc/>
    public void Inspect(int tileCount, TileRowFindings findings)
    {
        ArgumentNullException.ThrowIfNull(findings);
        findings.TileCount = tileCount;
        findings.Threshold = _threshold;
        for (int tile = 0; tile < tileCount; tile++)
        {
            _recording.Scores(_next).CopyTo(findings.Scores(tile));
            _recording.Residual(_next).CopyTo(findings.Residual(tile));
            _outline.Draw(findings, tile, _threshold, Inspected(tile));
            _next++;
        }
    }
}

using MpcgLine.Inspection;
using MpcgLine.Inspection.Tiling;

namespace MpcgLine.Learning.Evaluation;

/// <summary>Stands between pipeline and inference stage and records what it says of every tile.</summary>
internal sealed class RecordingInspector(ITileInspector inner) : ITileInspector
{
    /// <summary>The tiles since it was cleared.</summary>
    public TileRecording Recording { get; } = new();

    /// <inheritdoc/>
    public int MaxTiles => inner.MaxTiles;

    /// <inheritdoc/>
    public Span<byte> Tile(int index) => inner.Tile(index);

    /// <inheritdoc/>
    public Span<byte> Inspected(int index) => inner.Inspected(index);

    /// <inheritdoc/>
    public void MarkOutside(int index) => inner.MarkOutside(index);

    /// <inheritdoc/>
    public void Inspect(int tileCount, TileRowFindings findings)
    {
        inner.Inspect(tileCount, findings);
        for (int tile = 0; tile < tileCount; tile++)
        {
            Recording.Add(findings, tile);
        }
    }
}

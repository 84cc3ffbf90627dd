using MpcgLine.Inspection.Tiling;

namespace MpcgLine.Inspection;

/// <summary>
/// The inference stage as the pipeline sees it: staging buffers for a batch of tiles, and one call that turns them
/// into findings. Everything behind it (network, regional analysis, fusion) is deterministic: the findings of a tile
/// do not depend on the batch it came in. All members are called on the inference thread only.
/// </summary>
public interface ITileInspector
{
    /// <summary>Most tiles of one call, at least 1. A tile row with more tiles is inspected in several calls.</summary>
    int MaxTiles { get; }

    /// <summary>
    /// Staging buffer of tile <paramref name="index"/>, <c>[512, 512]</c> gray levels, filled by the caller before
    /// <see cref="Inspect"/>, after which what was staged is still there.
    /// </summary>
    /// <param name="index">0 .. <see cref="MaxTiles"/> - 1.</param>
    Span<byte> Tile(int index);

    /// <summary>
    /// Staging buffer of tile <paramref name="index"/>, <c>[512, 512]</c>: 1 for a real pixel inside the inspected
    /// area, 0 for reflection, surroundings and edge distance, where nothing may be called defective and which
    /// never count in statistics. Filled by the caller before <see cref="Inspect"/>, after which it is still there.
    /// </summary>
    /// <param name="index">0 .. <see cref="MaxTiles"/> - 1.</param>
    Span<byte> Inspected(int index);

    /// <summary>Fills <see cref="Inspected"/> with 1; a stage may know that it is full of it already.</summary>
    /// <param name="index">0 .. <see cref="MaxTiles"/> - 1.</param>
    void MarkWhollyInspected(int index) => Inspected(index).Fill(1);

    /// <summary>
    /// Fills <see cref="Inspected"/> with 0: no pixel that the tile answers for may be judged, and whatever its findings say
    /// belongs to no panel. A stage need not look at the tile; those that score by cells say negative infinity.
    /// </summary>
    /// <param name="index">0 .. <see cref="MaxTiles"/> - 1.</param>
    void MarkOutside(int index) => Inspected(index).Clear();

    /// <summary>
    /// Inspects the first <paramref name="tileCount"/> staged tiles and writes the findings of staged tile i into
    /// tile i of <paramref name="findings"/>, its <c>TileCount</c> and its <c>Threshold</c>.
    /// </summary>
    /// <param name="tileCount">1 .. <see cref="MaxTiles"/>.</param>
    /// <param name="findings">Written here; capacity at least <paramref name="tileCount"/>.</param>
    void Inspect(int tileCount, TileRowFindings findings);

    /// <summary>Whether a batch that has begun is inspected while the caller does other work, so that it gains by beginning the next before it finishes this one.</summary>
    bool WorksInBackground => false;

    /// <summary>
    /// The first half of <see cref="Inspect"/>. When it returns and no other batch is unfinished, the next may be staged, into
    /// buffers that are asked for anew. Every batch that has begun is finished, in order; at most one is unfinished when the
    /// next begins.
    /// </summary>
    /// <param name="tileCount">1 .. <see cref="MaxTiles"/>.</param>
    /// <param name="findings">Complete when the batch is finished, and nobody else's until then.</param>
    void Begin(int tileCount, TileRowFindings findings) => Inspect(tileCount, findings);

    /// <summary>The second half: waits for the oldest unfinished batch, if there is still something to do for it.</summary>
    void Finish()
    {
    }
}

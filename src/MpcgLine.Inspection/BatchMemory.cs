using MpcgLine.Inspection.Tiling;
using static TorchSharp.torch;

namespace MpcgLine.Inspection;

/// <summary>
/// The processor's memory for one batch on a GPU: what goes there and what comes back, pinned, so that copies need not
/// wait for anything. Inference thread only.
/// </summary>
internal sealed class BatchMemory : IDisposable
{
    private const int Size = TileRowFindings.TileSize;

    /// <summary>Allocates for <paramref name="tiles"/> tiles.</summary>
    /// <param name="tiles">Tiles N of a batch.</param>
    /// <param name="bringsDefective">Whether defective pixels come back too.</param>
    public BatchMemory(int tiles, bool bringsDefective)
    {
        Staged = new StagedTiles(tiles, pinned: true);
        Residual = StagedTiles.HostTensor([tiles, 1, Size, Size], ScalarType.Int8, pinned: true);
        Change = StagedTiles.HostTensor([tiles, TileRowFindings.PatchCount, TileRowFindings.PatchCount], ScalarType.Float32, pinned: true);
        Scores = StagedTiles.HostTensor([tiles, TileRowFindings.ScoreSize, TileRowFindings.ScoreSize], ScalarType.Float32, pinned: true);
        Defective = bringsDefective ? StagedTiles.HostTensor([tiles, Size, Size], ScalarType.Byte, pinned: true) : null;
    }

    /// <summary>What goes there.</summary>
    public StagedTiles Staged { get; }

    /// <summary><c>[N, 1, 512, 512]</c> int8, tile less reconstruction.</summary>
    public Tensor Residual { get; }

    /// <summary><c>[N, 16, 16]</c> float32, change of the DCT feature.</summary>
    public Tensor Change { get; }

    /// <summary><c>[N, 128, 128]</c> float32.</summary>
    public Tensor Scores { get; }

    /// <summary><c>[N, 512, 512]</c> uint8, 1 defective; null where the processor decides by the scores.</summary>
    public Tensor? Defective { get; }

    /// <summary>Tiles of the batch that are there to be inspected.</summary>
    public int Count { get; set; }

    /// <summary>Where what is said of them goes.</summary>
    public TileRowFindings? Findings { get; set; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Staged.Dispose();
        Residual.Dispose();
        Change.Dispose();
        Scores.Dispose();
        Defective?.Dispose();
    }
}

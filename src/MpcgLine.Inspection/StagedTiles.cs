using MpcgLine.Inspection.Tiling;
using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.Inspection;

/// <summary>The buffers in which tiles are staged for the inference stage. Inference thread only.</summary>
internal sealed class StagedTiles : IDisposable
{
    private const int TilePixels = TileRowFindings.TileSize * TileRowFindings.TileSize;

    // Where nobody has asked for the buffer since it was filled with 1.
    private readonly bool[] _isWhole;

    // The same for 0.
    private readonly bool[] _isOutside;

    /// <summary>Allocates.</summary>
    /// <param name="tiles">Tiles N.</param>
    /// <param name="pinned">Whether a GPU is to read from here.</param>
    public StagedTiles(int tiles, bool pinned)
    {
        _isWhole = new bool[tiles];
        _isOutside = new bool[tiles];
        Tiles = HostTensor([tiles, 1, TileRowFindings.TileSize, TileRowFindings.TileSize], ScalarType.Byte, pinned);
        InspectedPixels = HostTensor([tiles, 1, TileRowFindings.TileSize, TileRowFindings.TileSize], ScalarType.Byte, pinned);
    }

    /// <summary><c>[N, 1, 512, 512]</c> uint8, gray levels.</summary>
    public Tensor Tiles { get; }

    /// <summary><c>[N, 1, 512, 512]</c> uint8, 1 where a pixel counts.</summary>
    public Tensor InspectedPixels { get; }

    /// <summary>One tile and what of it is inspected, <c>[1, 1, 512, 512]</c> each, without a copy; the caller disposes them.</summary>
    public (Tensor Tile, Tensor Inspected) View(int index) =>
        (Tiles.narrow(0, index, 1).DetachFromDisposeScope(), InspectedPixels.narrow(0, index, 1).DetachFromDisposeScope());

    /// <summary>A tensor of zeros in the processor's memory.</summary>
    /// <param name="shape">Its shape.</param>
    /// <param name="type">Its element type.</param>
    /// <param name="pinned">Whether a GPU is to read or write it.</param>
    public static Tensor HostTensor(long[] shape, ScalarType type, bool pinned)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor tensor = zeros(shape, type);
        return (pinned ? tensor.pin_memory() : tensor).DetachFromDisposeScope();
    }

    /// <summary>Buffer of one tile, gray levels.</summary>
    public Span<byte> Tile(int index) => Tiles.bytes.Slice(index * TilePixels, TilePixels);

    /// <summary>Buffer of what of one tile is inspected.</summary>
    public Span<byte> Inspected(int index)
    {
        _isWhole[index] = _isOutside[index] = false;
        return InspectedPixels.bytes.Slice(index * TilePixels, TilePixels);
    }

    /// <summary>Fills the buffer of what of one tile is inspected with 1.</summary>
    public void MarkWhollyInspected(int index)
    {
        if (!_isWhole[index])
        {
            Inspected(index).Fill(1);
            _isWhole[index] = true;
        }
    }

    /// <summary>Fills the buffer of what of one tile is inspected with 0.</summary>
    public void MarkOutside(int index)
    {
        if (!_isOutside[index])
        {
            Inspected(index).Clear();
            _isOutside[index] = true;
        }
    }

    /// <summary>Whether <see cref="MarkOutside"/> was the last that was said of a tile.</summary>
    public bool IsOutside(int index) => _isOutside[index];

    /// <inheritdoc/>
    public void Dispose()
    {
        Tiles.Dispose();
        InspectedPixels.Dispose();
    }
}

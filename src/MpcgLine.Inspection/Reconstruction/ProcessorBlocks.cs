using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Tiling;
using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.Inspection.Reconstruction;

/// <summary>
/// A tile's way into blocks of 2 x 2 px and out of them on the processor, one pass each, scale and precision included.
/// Inference thread only.
/// </summary>
internal sealed class ProcessorBlocks : IDisposable
{
    private const int Size = TileRowFindings.TileSize, Lanes = 16;
    private const float White = 255;

    private readonly Tensor _blocks;
    private readonly Tensor _channelsFirst;
    private readonly Tensor _tile;

    /// <summary>Allocates for one tile.</summary>
    public ProcessorBlocks()
    {
        using DisposeScope scope = NewDisposeScope();
        const int perSide = Size / BlockLayers.Block;
        _blocks = zeros([1, perSide, perSide, BlockLayers.Pixels], ScalarType.BFloat16).DetachFromDisposeScope();
        _channelsFirst = _blocks.permute(0, 3, 1, 2).DetachFromDisposeScope();
        _tile = zeros([1, 1, Size, Size]).DetachFromDisposeScope();
    }

    /// <summary>A tile as the network reads it.</summary>
    /// <param name="tile"><c>[1, 1, 512, 512]</c> uint8, gray levels.</param>
    /// <returns><c>[1, 4, 256, 256]</c> bfloat16, 0..1, channels last in memory; stays this object's and is overwritten by the next call.</returns>
    public Tensor SpaceToDepth(Tensor tile)
    {
        ByteLevels pixels = ByteLevels.Of(tile);
        Span<ushort> target = MemoryMarshal.Cast<byte, ushort>(_blocks.bytes);
        Vector512<float> white = Vector512.Create(White);
        Span<ushort> rows = stackalloc ushort[2 * Lanes];
        for (int y = 0; y < Size; y += BlockLayers.Block)
        {
            for (int x = 0; x < Size; x += Lanes)
            {
                int first = (y * Size) + x;
                (pixels.Sixteen(first) / white).StoreBFloat16(rows);
                (pixels.Sixteen(first + Size) / white).StoreBFloat16(rows[Lanes..]);
                // Two pixels of a row are one element here; a block is one of the upper row, then one of the lower.
                Vector512<uint> pairs = Vector512.Create(MemoryMarshal.Cast<ushort, uint>(rows));
                Vector512.Shuffle(pairs, Vector512.Create(0u, 8, 1, 9, 2, 10, 3, 11, 4, 12, 5, 13, 6, 14, 7, 15))
                    .CopyTo(MemoryMarshal.Cast<ushort, uint>(target.Slice((y * Size) + (2 * x), 2 * Lanes)));
            }
        }

        return _channelsFirst;
    }

    /// <summary>The tile that a network's blocks show.</summary>
    /// <param name="blocks"><c>[1, 4, 256, 256]</c> bfloat16, 0..1.</param>
    /// <returns><c>[1, 1, 512, 512]</c> float32, gray levels clamped to 0..255, NaN where a block's is; stays this object's and is overwritten by the next call.</returns>
    public Tensor DepthToSpace(Tensor blocks)
    {
        ReadOnlySpan<ushort> values = MemoryMarshal.Cast<byte, ushort>(blocks.permute(0, 2, 3, 1).contiguous().bytes);
        Span<float> target = MemoryMarshal.Cast<byte, float>(_tile.bytes);
        for (int y = 0; y < Size; y += BlockLayers.Block)
        {
            for (int x = 0; x < Size; x += Lanes)
            {
                Vector512<uint> pairs = Vector512.Create(MemoryMarshal.Cast<ushort, uint>(values.Slice((y * Size) + (2 * x), 2 * Lanes)));
                Vector512<ushort> rows = Vector512.Shuffle(pairs, Vector512.Create(0u, 2, 4, 6, 8, 10, 12, 14, 1, 3, 5, 7, 9, 11, 13, 15)).AsUInt16();
                int first = (y * Size) + x;
                GrayLevels(Vector512.WidenLower(rows)).CopyTo(target.Slice(first, Lanes));
                GrayLevels(Vector512.WidenUpper(rows)).CopyTo(target.Slice(first + Size, Lanes));
            }
        }

        return _tile;
    }

    /// <summary>A bfloat16 is the upper half of a single; the clamp keeps what is no number.</summary>
    private static Vector512<float> GrayLevels(Vector512<uint> upperHalves) => Vector512.Min(
        Vector512.Max((upperHalves << 16).AsSingle() * Vector512.Create(White), Vector512<float>.Zero),
        Vector512.Create(White));

    /// <inheritdoc/>
    public void Dispose()
    {
        _channelsFirst.Dispose();
        _blocks.Dispose();
        _tile.Dispose();
    }
}

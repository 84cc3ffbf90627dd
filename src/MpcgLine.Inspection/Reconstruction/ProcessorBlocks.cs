using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Tiling;
using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.Inspection.Reconstruction;

/// <summary>
/// A tile's way into the blocks that E_pre reads and out of those that D_post gives (<see cref="BlockLayers"/>) on the processor,
/// one pass each, scale and precision included. Inference thread only.
/// </summary>
internal sealed class ProcessorBlocks : IDisposable
{
    private const int Size = TileRowFindings.TileSize, Lanes = 16;
    private const float White = 255;

    private readonly ScalarType _precision;
    private readonly Tensor _blocks;
    private readonly Tensor _channelsFirst;
    private readonly Tensor _tile;

    /// <summary>Allocates for one tile.</summary>
    /// <param name="precision">Of the blocks that are read: float32 or bfloat16, 0..1, or bytes, gray levels as they are.</param>
    public ProcessorBlocks(ScalarType precision)
    {
        using DisposeScope scope = NewDisposeScope();
        const int perSide = BlockLayers.BlocksPerSide;
        _precision = precision;
        _blocks = zeros([1, perSide, perSide, BlockLayers.Pixels], precision).DetachFromDisposeScope();
        _channelsFirst = _blocks.permute(0, 3, 1, 2).DetachFromDisposeScope();
        _tile = zeros([1, 1, Size, Size]).DetachFromDisposeScope();
    }

    /// <summary>A tile as the network reads it.</summary>
    /// <param name="tile"><c>[1, 1, 512, 512]</c> uint8, gray levels.</param>
    /// <returns><c>[1, 4, 256, 256]</c>, channels last in memory; stays this object's and is overwritten by the next call.</returns>
    public Tensor SpaceToDepth(Tensor tile)
    {
        ByteLevels pixels = ByteLevels.Of(tile);
        Span<byte> blocks = _blocks.bytes;
        if (_precision == ScalarType.Byte)
        {
            ToBlocks(MemoryMarshal.Cast<byte, ushort>(tile.Bytes()), MemoryMarshal.Cast<byte, uint>(blocks));
            return _channelsFirst;
        }

        Vector512<float> white = Vector512.Create(White);
        for (int y = 0; y < Size; y += BlockLayers.Block)
        {
            for (int x = 0; x < Size; x += Lanes)
            {
                int first = (y * Size) + x, target = (y * Size) + (2 * x);
                Vector512<float> upper = pixels.Sixteen(first) / white, lower = pixels.Sixteen(first + Size) / white;
                if (_precision == ScalarType.BFloat16)
                {
                    ToBlocks(upper, lower, MemoryMarshal.Cast<byte, ushort>(blocks).Slice(target, 2 * Lanes));
                }
                else
                {
                    ToBlocks(upper, lower, MemoryMarshal.Cast<byte, float>(blocks).Slice(target, 2 * Lanes));
                }
            }
        }

        return _channelsFirst;
    }

    /// <summary>The tile that a network's blocks show.</summary>
    /// <param name="blocks"><c>[128, 128, 16]</c> bfloat16, as bits, 0..1.</param>
    /// <returns><c>[1, 1, 512, 512]</c> float32, gray levels clamped to 0..255, NaN where a block's is; stays this object's and is overwritten by the next call.</returns>
    public Tensor DepthToSpace(ReadOnlySpan<ushort> blocks)
    {
        Span<float> tile = MemoryMarshal.Cast<byte, float>(_tile.bytes);
        for (int i = 0; i < blocks.Length; i += 2 * BlockLayers.ResultPixels)
        {
            Vector512<ushort> two = Vector512.Create(blocks.Slice(i, 2 * BlockLayers.ResultPixels));
            FromBlock(Vector512.WidenLower(two).ToSingles(), i / BlockLayers.ResultPixels, tile);
            FromBlock(Vector512.WidenUpper(two).ToSingles(), (i / BlockLayers.ResultPixels) + 1, tile);
        }

        return _tile;
    }

    /// <summary>The tile that a network's blocks show.</summary>
    /// <param name="blocks"><c>[128, 128, 16]</c>, 0..1.</param>
    /// <returns>As from the other.</returns>
    public Tensor DepthToSpace(ReadOnlySpan<float> blocks)
    {
        Span<float> tile = MemoryMarshal.Cast<byte, float>(_tile.bytes);
        for (int i = 0; i < blocks.Length; i += BlockLayers.ResultPixels)
        {
            FromBlock(Vector512.Create(blocks.Slice(i, BlockLayers.ResultPixels)), i / BlockLayers.ResultPixels, tile);
        }

        return _tile;
    }

    private static void FromBlock(Vector512<float> block, int index, Span<float> tile)
    {
        (int y, int x) = Math.DivRem(index, BlockLayers.ResultBlocksPerSide);
        Vector512<float> levels = GrayLevels(block);
        Span<float> rows = tile[(BlockLayers.ResultBlock * ((y * Size) + x))..];
        levels.GetLower().GetLower().CopyTo(rows);
        levels.GetLower().GetUpper().CopyTo(rows[Size..]);
        levels.GetUpper().GetLower().CopyTo(rows[(2 * Size)..]);
        levels.GetUpper().GetUpper().CopyTo(rows[(3 * Size)..]);
    }

    /// <summary>Two pixels of a row are one element: a block is one of the upper row, then one of the lower.</summary>
    private static void ToBlocks(ReadOnlySpan<ushort> pairs, Span<uint> blocks)
    {
        const int perRow = Size / BlockLayers.Block;
        for (int y = 0; y < perRow; y++)
        {
            ReadOnlySpan<ushort> upper = pairs.Slice(BlockLayers.Block * y * perRow, perRow), lower = pairs.Slice(((BlockLayers.Block * y) + 1) * perRow, perRow);
            for (int x = 0; x < perRow; x += Lanes)
            {
                (Widened(upper[x..]) | (Widened(lower[x..]) << 16)).CopyTo(blocks.Slice((y * perRow) + x, Lanes));
            }
        }
    }

    private static Vector512<uint> Widened(ReadOnlySpan<ushort> pairs)
    {
        (Vector256<uint> lower, Vector256<uint> upper) = Vector256.Widen(Vector256.Create(pairs[..Lanes]));
        return Vector512.Create(lower, upper);
    }

    private static void ToBlocks(Vector512<float> upper, Vector512<float> lower, Span<ushort> target)
    {
        Span<ushort> rows = stackalloc ushort[2 * Lanes];
        upper.StoreBFloat16(rows);
        lower.StoreBFloat16(rows[Lanes..]);
        // Two pixels of a row are one element here; a block is one of the upper row, then one of the lower.
        Vector512<uint> pairs = Vector512.Create(MemoryMarshal.Cast<ushort, uint>(rows));
        Vector512.Shuffle(pairs, Vector512.Create(0u, 8, 1, 9, 2, 10, 3, 11, 4, 12, 5, 13, 6, 14, 7, 15))
            .CopyTo(MemoryMarshal.Cast<ushort, uint>(target));
    }

    private static void ToBlocks(Vector512<float> upper, Vector512<float> lower, Span<float> target)
    {
        Vector512<ulong> upperPairs = upper.AsUInt64(), lowerPairs = lower.AsUInt64();
        Span<ulong> pairs = MemoryMarshal.Cast<float, ulong>(target);
        for (int i = 0; i < Vector512<ulong>.Count; i++)
        {
            pairs[2 * i] = upperPairs[i];
            pairs[(2 * i) + 1] = lowerPairs[i];
        }
    }

    /// <summary>The clamp keeps what is no number.</summary>
    private static Vector512<float> GrayLevels(Vector512<float> values) =>
        Vector512.Min(Vector512.Max(values * Vector512.Create(White), Vector512<float>.Zero), Vector512.Create(White));

    /// <inheritdoc/>
    public void Dispose()
    {
        _channelsFirst.Dispose();
        _blocks.Dispose();
        _tile.Dispose();
    }
}

using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MpcgLine.Inspection.Tiling;
using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.Inspection.Reconstruction;

/// <summary>
/// A tile's way into blocks of 2 x 2 px and out of them where the network reads gray levels as they are, one pass each.
/// Inference thread only.
/// </summary>
internal sealed class ByteBlocks : IDisposable
{
    private const int Size = TileRowFindings.TileSize, Lanes = 16;
    private const float White = 255;

    private readonly Tensor _blocks;
    private readonly Tensor _channelsFirst;
    private readonly Tensor _tile;

    /// <summary>Allocates for one tile.</summary>
    public ByteBlocks()
    {
        using DisposeScope scope = NewDisposeScope();
        _blocks = zeros([1, BlockLayers.BlocksPerSide, BlockLayers.BlocksPerSide, BlockLayers.Pixels], ScalarType.Byte).DetachFromDisposeScope();
        _channelsFirst = _blocks.permute(0, 3, 1, 2).DetachFromDisposeScope();
        _tile = zeros([1, 1, Size, Size]).DetachFromDisposeScope();
    }

    /// <summary>What the bytes of <see cref="SpaceToDepth"/> stand for: 0..1.</summary>
    public static ByteScale Scale { get; } = new(0, ByteArithmetic.White, [.. Enumerable.Repeat(1 / White, BlockLayers.Pixels)]);

    /// <summary>A tile as the network reads it.</summary>
    /// <param name="tile"><c>[1, 1, 512, 512]</c> uint8, gray levels.</param>
    /// <returns><c>[1, 4, 256, 256]</c> uint8, channels last in memory; stays this object's and is overwritten by the next call.</returns>
    public Tensor SpaceToDepth(Tensor tile)
    {
        ReadOnlySpan<ushort> pairs = MemoryMarshal.Cast<byte, ushort>(tile.bytes);
        Span<uint> target = MemoryMarshal.Cast<byte, uint>(_blocks.bytes);
        const int perRow = Size / BlockLayers.Block;
        for (int y = 0; y < perRow; y++)
        {
            ReadOnlySpan<ushort> upper = pairs.Slice(BlockLayers.Block * y * perRow, perRow), lower = pairs.Slice(((BlockLayers.Block * y) + 1) * perRow, perRow);
            for (int x = 0; x < perRow; x += Lanes)
            {
                // A block is two pixels of the upper row, then two of the lower.
                Vector512<uint> first = Widened(upper[x..]), second = Widened(lower[x..]);
                (first | (second << 16)).CopyTo(target.Slice((y * perRow) + x, Lanes));
            }
        }

        return _channelsFirst;
    }

    /// <summary>The tile that a network's blocks show.</summary>
    /// <param name="blocks"><c>[1, 4, 256, 256]</c> float32, 0..1, channels last in memory.</param>
    /// <returns><c>[1, 1, 512, 512]</c> float32, gray levels clamped to 0..255; stays this object's and is overwritten by the next call.</returns>
    public Tensor DepthToSpace(Tensor blocks)
    {
        const int halfLanes = Lanes / 2;
        ReadOnlySpan<float> values = MemoryMarshal.Cast<byte, float>(FoldedLayer.Memory(blocks));
        Span<float> target = MemoryMarshal.Cast<byte, float>(_tile.bytes);
        for (int y = 0; y < Size; y += BlockLayers.Block)
        {
            for (int x = 0; x < Size; x += halfLanes)
            {
                // Two pixels of a row are one element here.
                Vector512<ulong> pairs = Vector512.Create(values.Slice((y * Size) + (2 * x), Lanes)).AsUInt64();
                Vector512<float> rows = GrayLevels(Vector512.Shuffle(pairs, Vector512.Create(0ul, 2, 4, 6, 1, 3, 5, 7)).AsSingle());
                int first = (y * Size) + x;
                rows.GetLower().CopyTo(target.Slice(first, halfLanes));
                rows.GetUpper().CopyTo(target.Slice(first + Size, halfLanes));
            }
        }

        return _tile;
    }

    private static Vector512<uint> Widened(ReadOnlySpan<ushort> pairs)
    {
        (Vector256<uint> lower, Vector256<uint> upper) = Vector256.Widen(Vector256.Create(pairs[..Lanes]));
        return Vector512.Create(lower, upper);
    }

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

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

    private readonly bool _isBFloat16;
    private readonly Tensor _blocks;
    private readonly Tensor _channelsFirst;
    private readonly Tensor _tile;

    /// <summary>Allocates for one tile.</summary>
    /// <param name="precision">Of the network: float32 or bfloat16.</param>
    public ProcessorBlocks(ScalarType precision)
    {
        using DisposeScope scope = NewDisposeScope();
        const int perSide = BlockLayers.BlocksPerSide;
        _isBFloat16 = precision == ScalarType.BFloat16;
        _blocks = zeros([1, perSide, perSide, BlockLayers.Pixels], precision).DetachFromDisposeScope();
        _channelsFirst = _blocks.permute(0, 3, 1, 2).DetachFromDisposeScope();
        _tile = zeros([1, 1, Size, Size]).DetachFromDisposeScope();
    }

    /// <summary>A tile as the network reads it.</summary>
    /// <param name="tile"><c>[1, 1, 512, 512]</c> uint8, gray levels.</param>
    /// <returns><c>[1, 4, 256, 256]</c>, 0..1, channels last in memory; stays this object's and is overwritten by the next call.</returns>
    public Tensor SpaceToDepth(Tensor tile)
    {
        ByteLevels pixels = ByteLevels.Of(tile);
        Vector512<float> white = Vector512.Create(White);
        Span<byte> blocks = _blocks.bytes;
        for (int y = 0; y < Size; y += BlockLayers.Block)
        {
            for (int x = 0; x < Size; x += Lanes)
            {
                int first = (y * Size) + x, target = (y * Size) + (2 * x);
                Vector512<float> upper = pixels.Sixteen(first) / white, lower = pixels.Sixteen(first + Size) / white;
                if (_isBFloat16)
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
    /// <param name="blocks"><c>[256, 256, 4]</c> bfloat16, as bits, 0..1.</param>
    /// <returns><c>[1, 1, 512, 512]</c> float32, gray levels clamped to 0..255, NaN where a block's is; stays this object's and is overwritten by the next call.</returns>
    public Tensor DepthToSpace(ReadOnlySpan<ushort> blocks)
    {
        Span<float> target = MemoryMarshal.Cast<byte, float>(_tile.bytes);
        for (int y = 0; y < Size; y += BlockLayers.Block)
        {
            for (int x = 0; x < Size; x += Lanes)
            {
                Vector512<uint> pairs = Vector512.Create(MemoryMarshal.Cast<ushort, uint>(blocks.Slice((y * Size) + (2 * x), 2 * Lanes)));
                Vector512<ushort> rows = Vector512.Shuffle(pairs, Vector512.Create(0u, 2, 4, 6, 8, 10, 12, 14, 1, 3, 5, 7, 9, 11, 13, 15)).AsUInt16();
                int first = (y * Size) + x;
                GrayLevels(Vector512.WidenLower(rows).ToSingles()).CopyTo(target.Slice(first, Lanes));
                GrayLevels(Vector512.WidenUpper(rows).ToSingles()).CopyTo(target.Slice(first + Size, Lanes));
            }
        }

        return _tile;
    }

    /// <summary>The tile that a network's blocks show.</summary>
    /// <param name="blocks"><c>[256, 256, 4]</c>, 0..1.</param>
    /// <returns>As from the other.</returns>
    public Tensor DepthToSpace(ReadOnlySpan<float> blocks)
    {
        Span<float> target = MemoryMarshal.Cast<byte, float>(_tile.bytes);
        Span<float> levels = stackalloc float[Lanes];
        for (int y = 0; y < Size; y += BlockLayers.Block)
        {
            Span<ulong> upper = MemoryMarshal.Cast<float, ulong>(target.Slice(y * Size, Size));
            Span<ulong> lower = MemoryMarshal.Cast<float, ulong>(target.Slice((y + 1) * Size, Size));
            for (int x = 0; x < Size / BlockLayers.Block; x += Lanes / BlockLayers.Pixels)
            {
                GrayLevels(Vector512.Create(blocks.Slice((y * Size) + (BlockLayers.Pixels * x), Lanes))).CopyTo(levels);
                ReadOnlySpan<ulong> pairs = MemoryMarshal.Cast<float, ulong>(levels);
                for (int i = 0; i < Lanes / BlockLayers.Pixels; i++)
                {
                    upper[x + i] = pairs[2 * i];
                    lower[x + i] = pairs[(2 * i) + 1];
                }
            }
        }

        return _tile;
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

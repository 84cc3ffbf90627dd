using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Reconstruction.Native;
using MpcgLine.Inspection.Reconstruction.Native.Direct;
using MpcgLine.Inspection.Tiling;
using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.Inspection.Reconstruction;

/// <summary>
/// A tile's way into the blocks that E_pre reads and out of those that D_post gives (<see cref="BlockLayers"/>) on the processor,
/// one pass each, scale and precision included. Inference thread only, whose work libtorch's threads share.
/// </summary>
internal sealed class ProcessorBlocks : TeamWork, IDisposable
{
    private const int Size = TileRowFindings.TileSize, Lanes = 16;
    private const float White = 255;

    // Rows of blocks of a part.
    private const int Rows = 8;

    private readonly ScalarType _precision;

    // The gray level that becomes 1.
    private readonly float _one = 1;
    private readonly TileMap? _map;
    private readonly Tensor? _blocks;
    private readonly Tensor? _channelsFirst;
    private readonly Tensor _tile;

    // What is under way: the tile that is read, or null and the blocks of the result.
    private Tensor? _source;
    private NativeMap _result;
    private ScalarType _resultType;

    /// <summary>Allocates for one tile.</summary>
    /// <param name="precision">Of the blocks that are read: float32 or bfloat16, 0..1.</param>
    public ProcessorBlocks(ScalarType precision)
    {
        using DisposeScope scope = NewDisposeScope();
        const int perSide = BlockLayers.BlocksPerSide;
        (_precision, _one) = (precision, White);
        _blocks = zeros([1, perSide, perSide, BlockLayers.Pixels], precision).DetachFromDisposeScope();
        _channelsFirst = _blocks.permute(0, 3, 1, 2).DetachFromDisposeScope();
        _tile = zeros([1, 1, Size, Size]).DetachFromDisposeScope();
    }

    /// <summary>For blocks that are read in a map, gray levels as they are.</summary>
    /// <param name="map">Of bfloat16, which holds them exactly, or float32; written; not taken over.</param>
    /// <exception cref="ArgumentException">Another map.</exception>
    public ProcessorBlocks(TileMap map)
    {
        if (map.Type == ScalarType.Byte || map.Size != BlockLayers.BlocksPerSide || map.Channels != BlockLayers.Pixels)
        {
            throw new ArgumentException($"A map of {map.Size} x {map.Size} x {map.Channels} {map.Type} is given; numbers of {BlockLayers.BlocksPerSide} x {BlockLayers.BlocksPerSide} x {BlockLayers.Pixels} are expected.", nameof(map));
        }

        (_map, _precision) = (map, map.Type);
        using DisposeScope scope = NewDisposeScope();
        _tile = zeros([1, 1, Size, Size]).DetachFromDisposeScope();
    }

    /// <summary>Makes blocks of a tile, as the network reads them.</summary>
    /// <param name="tile"><c>[1, 1, 512, 512]</c> uint8, gray levels.</param>
    /// <returns><c>[1, 4, 256, 256]</c>, channels last in memory; stays this object's and is overwritten by the next call.</returns>
    public Tensor SpaceToDepth(Tensor tile)
    {
        Fill(tile);
        return _channelsFirst ?? throw new InvalidOperationException("The blocks are made in a map.");
    }

    /// <summary>The same where they are made in a map.</summary>
    public void Fill(Tensor tile)
    {
        // Tells of what is no tile of bytes where somebody can be told.
        _ = ByteLevels.Of(tile);
        _source = tile;
        try
        {
            Share(BlockLayers.BlocksPerSide / Rows);
        }
        finally
        {
            _source = null;
        }
    }

    /// <summary>The tile that a network's blocks show.</summary>
    /// <param name="blocks"><c>[1, 16, 128, 128]</c>, 0..1.</param>
    /// <param name="type">bfloat16 or float32.</param>
    /// <returns><c>[1, 1, 512, 512]</c> float32, gray levels clamped to 0..255, NaN where a block's is; stays this object's and is overwritten by the next call.</returns>
    /// <exception cref="ArgumentException">Another map.</exception>
    public Tensor DepthToSpace(NativeMap blocks, ScalarType type)
    {
        if (blocks.Count != 1 || blocks.Height != BlockLayers.ResultBlocksPerSide || blocks.Width != BlockLayers.ResultBlocksPerSide || blocks.Channels != BlockLayers.ResultPixels)
        {
            throw new ArgumentException(
                $"A map of {blocks.Count} x {blocks.Height} x {blocks.Width} x {blocks.Channels} is given; 1 x {BlockLayers.ResultBlocksPerSide} x {BlockLayers.ResultBlocksPerSide} x {BlockLayers.ResultPixels} is expected.",
                nameof(blocks));
        }

        (_result, _resultType) = (blocks, type);
        Share(BlockLayers.ResultBlocksPerSide / Rows);
        return _tile;
    }

    /// <inheritdoc/>
    protected override void Do(int part)
    {
        for (int y = part * Rows; y < (part + 1) * Rows; y++)
        {
            if (_source is { } tile)
            {
                ToBlocks(tile.bytes.Slice(BlockLayers.Block * y * Size, BlockLayers.Block * Size), RowOfBlocks(y));
            }
            else
            {
                FromBlocks(y);
            }
        }
    }

    private Span<byte> RowOfBlocks(int y)
    {
        if (_map is not null)
        {
            return _map.Row<byte>(y);
        }

        Span<byte> blocks = _blocks!.bytes;
        int row = blocks.Length / BlockLayers.BlocksPerSide;
        return blocks.Slice(y * row, row);
    }

    /// <summary>One row of blocks of two rows of pixels.</summary>
    private void ToBlocks(ReadOnlySpan<byte> rows, Span<byte> target)
    {
        ByteLevels pixels = new(rows);
        Vector512<float> one = Vector512.Create(_one);
        for (int x = 0; x < Size; x += Lanes)
        {
            Vector512<float> upper = pixels.Sixteen(x) / one, lower = pixels.Sixteen(x + Size) / one;
            if (_precision == ScalarType.BFloat16)
            {
                ToBlocks(upper, lower, MemoryMarshal.Cast<byte, ushort>(target).Slice(2 * x, 2 * Lanes));
            }
            else
            {
                ToBlocks(upper, lower, MemoryMarshal.Cast<byte, float>(target).Slice(2 * x, 2 * Lanes));
            }
        }
    }

    private void FromBlocks(int y)
    {
        Span<float> rows = MemoryMarshal.Cast<byte, float>(_tile.bytes).Slice(BlockLayers.ResultBlock * y * Size, BlockLayers.ResultBlock * Size);
        if (_resultType == ScalarType.BFloat16)
        {
            ReadOnlySpan<ushort> blocks = _result.Row<ushort>(0, y);
            for (int i = 0; i < blocks.Length; i += 2 * BlockLayers.ResultPixels)
            {
                Vector512<ushort> two = Vector512.Create(blocks.Slice(i, 2 * BlockLayers.ResultPixels));
                FromBlock(Vector512.WidenLower(two).ToSingles(), rows[(i / BlockLayers.ResultBlock)..]);
                FromBlock(Vector512.WidenUpper(two).ToSingles(), rows[((i / BlockLayers.ResultBlock) + BlockLayers.ResultBlock)..]);
            }
        }
        else
        {
            ReadOnlySpan<float> blocks = _result.Row<float>(0, y);
            for (int i = 0; i < blocks.Length; i += BlockLayers.ResultPixels)
            {
                FromBlock(Vector512.Create(blocks.Slice(i, BlockLayers.ResultPixels)), rows[(i / BlockLayers.ResultBlock)..]);
            }
        }
    }

    private static void FromBlock(Vector512<float> block, Span<float> rows)
    {
        Vector512<float> levels = GrayLevels(block);
        levels.GetLower().GetLower().CopyTo(rows);
        levels.GetLower().GetUpper().CopyTo(rows[Size..]);
        levels.GetUpper().GetLower().CopyTo(rows[(2 * Size)..]);
        levels.GetUpper().GetUpper().CopyTo(rows[(3 * Size)..]);
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
        _channelsFirst?.Dispose();
        _blocks?.Dispose();
        _tile.Dispose();
    }
}

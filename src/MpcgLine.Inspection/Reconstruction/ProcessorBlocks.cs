using System.Runtime.CompilerServices;
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
internal sealed unsafe class ProcessorBlocks : TeamWork, IDisposable
{
    private const int Size = TileRowFindings.TileSize, Lanes = 16;
    private const float White = 255;

    // Rows of blocks of a part.
    private const int Rows = 8;

    private readonly ScalarType _precision;

    // The gray level that becomes 1.
    private readonly float _one = 1;
    private readonly TileMap? _map;
    private readonly int _rowBytes;
    private readonly Tensor? _blocks;
    private readonly Tensor? _channelsFirst;
    private readonly Tensor _tile;

    // What is under way: the tile that is read and where its blocks go, or the blocks of the result.
    private Tensor? _source;
    private byte* _firstRow;
    private byte* _result;
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
        _rowBytes = _blocks.bytes.Length / perSide;
        _tile = zeros([1, 1, Size, Size]).DetachFromDisposeScope();
    }

    /// <summary>For blocks that are read in a map, gray levels as they are.</summary>
    /// <param name="map">Of bfloat16, which holds them exactly, or float32; written; not taken over.</param>
    public ProcessorBlocks(TileMap map)
    {
        (_map, _precision, _rowBytes) = (map, map.Type, map.RowBytes);
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
        // Tells of a tile that lies otherwise, where somebody can be told.
        _ = tile.Bytes();
        _source = tile;
        // Asked for every time: what is disposed of says so.
        _firstRow = _map is not null ? _map.Pixel(0, 0) : (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(_blocks!.bytes));
        Share(BlockLayers.BlocksPerSide / Rows);
        _source = null;
    }

    /// <summary>The tile that a network's blocks show.</summary>
    /// <param name="blocks"><c>[128, 128, 16]</c>, 0..1, row after row.</param>
    /// <param name="type">bfloat16 or float32.</param>
    /// <returns><c>[1, 1, 512, 512]</c> float32, gray levels clamped to 0..255, NaN where a block's is; stays this object's and is overwritten by the next call.</returns>
    /// <exception cref="ArgumentException">Another number of values.</exception>
    public Tensor DepthToSpace(ReadOnlySpan<byte> blocks, ScalarType type)
    {
        int expected = Size * Size * MicroKernel.ElementBytes(type);
        if (blocks.Length != expected)
        {
            throw new ArgumentException($"Blocks have {blocks.Length} bytes; a tile's have {expected}.", nameof(blocks));
        }

        fixed (byte* first = blocks)
        {
            _result = first;
            _resultType = type;
            Share(BlockLayers.ResultBlocksPerSide / Rows);
        }

        return _tile;
    }

    /// <inheritdoc/>
    protected override void Do(int part)
    {
        for (int y = part * Rows; y < (part + 1) * Rows; y++)
        {
            if (_source is { } tile)
            {
                ToBlocks(tile.bytes.Slice(BlockLayers.Block * y * Size, BlockLayers.Block * Size), _firstRow + ((nint)y * _rowBytes));
            }
            else
            {
                FromBlocks(y);
            }
        }
    }

    /// <summary>One row of blocks of two rows of pixels.</summary>
    private void ToBlocks(ReadOnlySpan<byte> rows, byte* target)
    {
        ByteLevels pixels = new(rows);
        Vector512<float> one = Vector512.Create(_one);
        for (int x = 0; x < Size; x += Lanes)
        {
            Vector512<float> upper = pixels.Sixteen(x) / one, lower = pixels.Sixteen(x + Size) / one;
            if (_precision == ScalarType.BFloat16)
            {
                ToBlocks(upper, lower, new Span<ushort>(target, BlockLayers.Block * Size).Slice(2 * x, 2 * Lanes));
            }
            else
            {
                ToBlocks(upper, lower, new Span<float>(target, BlockLayers.Block * Size).Slice(2 * x, 2 * Lanes));
            }
        }
    }

    private void FromBlocks(int y)
    {
        const int perRow = BlockLayers.ResultBlocksPerSide * BlockLayers.ResultPixels;
        Span<float> rows = MemoryMarshal.Cast<byte, float>(_tile.bytes).Slice(BlockLayers.ResultBlock * y * Size, BlockLayers.ResultBlock * Size);
        if (_resultType == ScalarType.BFloat16)
        {
            ReadOnlySpan<ushort> blocks = new((ushort*)_result + (y * perRow), perRow);
            for (int i = 0; i < perRow; i += 2 * BlockLayers.ResultPixels)
            {
                Vector512<ushort> two = Vector512.Create(blocks.Slice(i, 2 * BlockLayers.ResultPixels));
                FromBlock(Vector512.WidenLower(two).ToSingles(), rows[(i / BlockLayers.ResultBlock)..]);
                FromBlock(Vector512.WidenUpper(two).ToSingles(), rows[((i / BlockLayers.ResultBlock) + BlockLayers.ResultBlock)..]);
            }
        }
        else
        {
            ReadOnlySpan<float> blocks = new((float*)_result + (y * perRow), perRow);
            for (int i = 0; i < perRow; i += BlockLayers.ResultPixels)
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

using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Inspection.Tiling;
using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.Inspection.Difference;

/// <summary>
/// <see cref="FusionFeatures.Stack"/> on the processor, in one pass and straight into the arithmetic's layout and
/// precision: as two dozen operations on whole maps, most of the time went into moving memory. One thread.
/// </summary>
public sealed class ProcessorFusionInput : IDisposable
{
    private const int Cell = TileRowFindings.ScoreCell;
    private const int CellsPerPatch = RegionalAnalysis.PatchSize / Cell;
    private const int Half = FusionFeatures.MeanCells / 2;

    // Cells per step of the means; a cell's 4 x 4 px are as many values.
    private const int Lanes = FusionFeatures.CellPixels;

    // Cells side by side whose rows of four values fill a vector.
    private const int CellsAtOnce = Lanes / Cell;

    private readonly bool _seesReconstruction, _seesChange;
    private readonly float _scale;
    private readonly int _channels;
    private readonly int _batch, _size, _cells;
    private readonly float[] _means;

    // Means of one row's cells, and means along x of all rows, with zeros around, so that a neighbourhood may reach outside.
    private readonly float[] _row;
    private readonly float[] _rowMeans;
    private readonly float[] _shares;
    private readonly Tensor _stacked;
    private readonly Tensor _channelsFirst;
    private readonly bool _isBFloat16;

    /// <summary>Allocates for a batch.</summary>
    /// <param name="maps">Which maps to include.</param>
    /// <param name="grayScale">Gray levels that become 1.</param>
    /// <param name="precision">Of the network: float32 or bfloat16.</param>
    /// <param name="batch">Tiles N.</param>
    /// <param name="size">Edge S of the tiles, px, a multiple of 64.</param>
    /// <exception cref="ArgumentOutOfRangeException">No tile, a size that is no such multiple, or another precision.</exception>
    public ProcessorFusionInput(FusionMaps maps, float grayScale, ScalarType precision, int batch = 1, int size = TileRowFindings.TileSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        ArgumentOutOfRangeException.ThrowIfNotEqual(size, Math.Max(1, size / (Lanes * Cell)) * Lanes * Cell);
        if (precision is not (ScalarType.Float32 or ScalarType.BFloat16))
        {
            throw new ArgumentOutOfRangeException(nameof(precision), precision, "The fusion's input is made in Float32 or BFloat16.");
        }

        _seesReconstruction = maps.HasFlag(FusionMaps.Reconstruction);
        _seesChange = maps.HasFlag(FusionMaps.RegionalChange);
        _scale = grayScale;
        _channels = FusionLayers.InputChannels(maps);
        (_batch, _size, _cells) = (batch, size, size / Cell);
        _means = new float[_cells * _cells];
        _row = new float[Half + _cells + Half];
        _rowMeans = new float[(Half + _cells + Half) * _cells];
        _shares = new float[_cells];
        for (int i = 0; i < _cells; i++)
        {
            _shares[i] = 1f / (Math.Min(i, Half) + 1 + Math.Min(_cells - 1 - i, Half));
        }

        using DisposeScope scope = NewDisposeScope();
        _isBFloat16 = precision == ScalarType.BFloat16;
        _stacked = zeros([batch, _cells, _cells, _channels], precision).DetachFromDisposeScope();
        _channelsFirst = _stacked.permute(0, 3, 1, 2).DetachFromDisposeScope();
    }

    /// <summary>Stacks the maps of a batch, whose values lie row by row.</summary>
    /// <param name="tiles"><c>[N, 1, S, S]</c> uint8, gray levels.</param>
    /// <param name="reconstruction">The same shape, float32; not read unless the maps include it.</param>
    /// <param name="change"><c>[N, S/32, S/32]</c>; not read unless the maps include it.</param>
    /// <returns><c>[N, C, S/4, S/4]</c>, channels last in memory; stays this object's and is overwritten by the next call.</returns>
    /// <exception cref="ArgumentException">Not the tiles it was made for, or a map is missing.</exception>
    public Tensor Stack(Tensor tiles, Tensor? reconstruction, Tensor? change)
    {
        ArgumentNullException.ThrowIfNull(tiles);
        bool isExpected = tiles.dtype == ScalarType.Byte && tiles.Dimensions == 4
            && tiles.size(0) == _batch && tiles.size(1) == 1 && tiles.size(2) == _size && tiles.size(3) == _size;
        if (!isExpected)
        {
            throw new ArgumentException(
                $"Tiles are {tiles.dtype} [{string.Join(", ", tiles.shape)}]; Byte [{_batch}, 1, {_size}, {_size}] are expected.", nameof(tiles));
        }

        ReadOnlySpan<byte> pixels = tiles.Bytes();
        ReadOnlySpan<float> background = _seesReconstruction ? Values(reconstruction, nameof(reconstruction)) : [];
        ReadOnlySpan<float> perPatch = _seesChange ? Values(change, nameof(change)) : [];
        Span<byte> target = _stacked.bytes;
        int area = _size * _size, patches = area / (RegionalAnalysis.PatchSize * RegionalAnalysis.PatchSize), stacked = _means.Length * _channels;
        for (int i = 0; i < _batch; i++)
        {
            ReadOnlySpan<byte> tile = pixels.Slice(i * area, area);
            ReadOnlySpan<float> ofBackground = background.IsEmpty ? [] : background.Slice(i * area, area);
            ReadOnlySpan<float> ofPatches = perPatch.IsEmpty ? [] : perPatch.Slice(i * patches, patches);
            if (_isBFloat16)
            {
                StackOne(tile, ofBackground, ofPatches, new StackedBFloat16(MemoryMarshal.Cast<byte, ushort>(target).Slice(i * stacked, stacked)));
            }
            else
            {
                StackOne(tile, ofBackground, ofPatches, new StackedSingles(MemoryMarshal.Cast<byte, float>(target).Slice(i * stacked, stacked)));
            }
        }

        return _channelsFirst;
    }

    private void StackOne<TTarget>(ReadOnlySpan<byte> tile, ReadOnlySpan<float> reconstruction, ReadOnlySpan<float> change, TTarget target)
        where TTarget : IStackedValues, allows ref struct
    {
        LocalMeans(new ByteLevels(tile));
        int channel = Relative(new ByteLevels(tile), target, 0);
        channel = Level(target, channel);
        if (_seesReconstruction)
        {
            LocalMeans(new SingleLevels(reconstruction));
            channel = Relative(new SingleLevels(reconstruction), target, channel);
        }

        if (_seesChange)
        {
            SpreadOverCells(change, target, channel);
        }
    }

    private static ReadOnlySpan<float> Values(Tensor? map, string name)
    {
        ArgumentNullException.ThrowIfNull(map, name);
        return map.Singles();
    }

    /// <summary>Means over a neighbourhood of cells, of what lies inside the tile: along x first, then along y.</summary>
    private void LocalMeans<T>(T pixels)
        where T : IGrayLevels, allows ref struct
    {
        for (int y = 0; y < _cells; y++)
        {
            for (int x = 0; x < _size; x += Lanes)
            {
                int first = (y * Cell * _size) + x;
                Vector512<float> sums = pixels.Sixteen(first) + pixels.Sixteen(first + _size)
                    + pixels.Sixteen(first + (2 * _size)) + pixels.Sixteen(first + (3 * _size));
                // First columns of the four cells, then their second ones...
                Vector512<float> columns = Vector512.Shuffle(sums, Vector512.Create(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15));
                Vector256<float> halves = columns.GetLower() + columns.GetUpper();
                ((halves.GetLower() + halves.GetUpper()) * (1f / FusionFeatures.CellPixels)).CopyTo(_row, Half + (x / Cell));
            }

            for (int x = 0; x < _cells; x += Lanes)
            {
                (Sum(_row, x, stride: 1) * Vector512.Create(_shares.AsSpan(x, Lanes))).CopyTo(_rowMeans, ((Half + y) * _cells) + x);
            }
        }

        for (int y = 0; y < _cells; y++)
        {
            for (int x = 0; x < _cells; x += Lanes)
            {
                (Sum(_rowMeans, (y * _cells) + x, _cells) * Vector512.Create(_shares[y])).CopyTo(_means, (y * _cells) + x);
            }
        }
    }

    /// <summary>Sums over a neighbourhood's width, for several cells at once.</summary>
    private static Vector512<float> Sum(float[] from, int start, int stride)
    {
        Vector512<float> sum = Vector512<float>.Zero;
        for (int i = 0; i < FusionFeatures.MeanCells; i++)
        {
            sum += Vector512.Create(from.AsSpan(start + (i * stride), Lanes));
        }

        return sum;
    }

    /// <summary>The local mean itself: see <see cref="FusionFeatures"/>.</summary>
    /// <returns>The next channel.</returns>
    private int Level<TTarget>(TTarget target, int channel)
        where TTarget : IStackedValues, allows ref struct
    {
        for (int first = 0; first < _means.Length; first += Lanes)
        {
            target.SetSixteen((first * _channels) + channel, _channels, FusionFeatures.Level(Vector512.Create(_means.AsSpan(first, Lanes))));
        }

        return channel + 1;
    }

    /// <summary>Levels about the local mean, compressed: see <see cref="FusionFeatures"/>.</summary>
    /// <returns>The next channel.</returns>
    private int Relative<T, TTarget>(T pixels, TTarget target, int channel)
        where T : IGrayLevels, allows ref struct
        where TTarget : IStackedValues, allows ref struct
    {
        Vector512<float> twicePerGray = Vector512.Create(2 / _scale), one = Vector512<float>.One;
        Vector512<int> fourTimes = Vector512.Create(0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3);

        Span<Vector512<float>> rows = stackalloc Vector512<float>[Cell];
        for (int cell = 0; cell < _means.Length; cell += CellsAtOnce)
        {
            int first = (cell / _cells * Cell * _size) + (cell % _cells * Cell);
            Vector512<float> means = Vector512.Shuffle(Vector128.Create(_means.AsSpan(cell, CellsAtOnce)).ToVector256Unsafe().ToVector512Unsafe(), fourTimes);
            for (int row = 0; row < Cell; row++)
            {
                Vector512<float> twice = (pixels.Sixteen(first + (row * _size)) - means) * twicePerGray;
                // 2x / (1 + sqrt(1 + 2 |x|)) is sqrt(1 + 2 |x|) - 1 with the sign of x, without a division.
                rows[row] = Vector512.CopySign(Vector512.Sqrt(one + Vector512.Abs(twice)) - one, twice);
            }

            target.SetCells((cell * _channels) + channel, _channels, rows);
        }

        return channel + FusionFeatures.CellPixels;
    }

    private void SpreadOverCells<TTarget>(ReadOnlySpan<float> perPatch, TTarget target, int channel)
        where TTarget : IStackedValues, allows ref struct
    {
        int patchesPerSide = _size / RegionalAnalysis.PatchSize;
        for (int patch = 0; patch < perPatch.Length; patch++)
        {
            float change = MathF.Log(1 + (perPatch[patch] / _scale));
            int top = patch / patchesPerSide * CellsPerPatch, left = patch % patchesPerSide * CellsPerPatch;
            for (int y = top; y < top + CellsPerPatch; y++)
            {
                for (int x = left; x < left + CellsPerPatch; x++)
                {
                    target.Set((((y * _cells) + x) * _channels) + channel, change);
                }
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _channelsFirst.Dispose();
        _stacked.Dispose();
    }
}

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

    private readonly FusionMaps _maps;
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

    /// <summary>Allocates for a batch.</summary>
    /// <param name="maps">Which maps to include.</param>
    /// <param name="grayScale">Gray levels that become 1.</param>
    /// <param name="batch">Tiles N.</param>
    /// <param name="size">Edge S of the tiles, px, a multiple of 64.</param>
    /// <exception cref="ArgumentOutOfRangeException">No tile, or a size that is no such multiple.</exception>
    public ProcessorFusionInput(FusionMaps maps, float grayScale, int batch = 1, int size = TileRowFindings.TileSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        ArgumentOutOfRangeException.ThrowIfNotEqual(size, Math.Max(1, size / (Lanes * Cell)) * Lanes * Cell);
        _maps = maps;
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
        _stacked = zeros([batch, _cells, _cells, _channels], ScalarType.BFloat16).DetachFromDisposeScope();
        _channelsFirst = _stacked.permute(0, 3, 1, 2).DetachFromDisposeScope();
    }

    /// <summary>Stacks the maps of a batch; call it within a dispose scope.</summary>
    /// <param name="tiles"><c>[N, 1, S, S]</c> uint8, gray levels.</param>
    /// <param name="reconstruction">The same shape, float32; not read unless the maps include it.</param>
    /// <param name="change"><c>[N, S/32, S/32]</c>; not read unless the maps include it.</param>
    /// <returns><c>[N, C, S/4, S/4]</c> bfloat16, channels last in memory; stays this object's and is overwritten by the next call.</returns>
    /// <exception cref="ArgumentException">Not the tiles it was made for, or a map is missing.</exception>
    public Tensor Stack(Tensor tiles, Tensor? reconstruction, Tensor? change)
    {
        ArgumentNullException.ThrowIfNull(tiles);
        if (tiles.dtype != ScalarType.Byte || tiles.shape is not [var n, 1, var height, var width] || n != _batch || height != _size || width != _size)
        {
            throw new ArgumentException(
                $"Tiles are {tiles.dtype} [{string.Join(", ", tiles.shape)}]; Byte [{_batch}, 1, {_size}, {_size}] are expected.", nameof(tiles));
        }

        ReadOnlySpan<byte> pixels = tiles.contiguous().bytes;
        ReadOnlySpan<float> background = _maps.HasFlag(FusionMaps.Reconstruction) ? Values(reconstruction, nameof(reconstruction)) : [];
        ReadOnlySpan<float> perPatch = _maps.HasFlag(FusionMaps.RegionalChange) ? Values(change, nameof(change)) : [];
        Span<ushort> target = MemoryMarshal.Cast<byte, ushort>(_stacked.bytes);
        int area = _size * _size, patches = area / (RegionalAnalysis.PatchSize * RegionalAnalysis.PatchSize), stacked = _means.Length * _channels;
        for (int i = 0; i < _batch; i++)
        {
            StackOne(
                pixels.Slice(i * area, area),
                background.IsEmpty ? [] : background.Slice(i * area, area),
                perPatch.IsEmpty ? [] : perPatch.Slice(i * patches, patches),
                target.Slice(i * stacked, stacked));
        }

        return _channelsFirst;
    }

    private void StackOne(ReadOnlySpan<byte> tile, ReadOnlySpan<float> reconstruction, ReadOnlySpan<float> change, Span<ushort> target)
    {
        LocalMeans(new ByteLevels(tile));
        int channel = Relative(new ByteLevels(tile), target, 0);
        channel = Level(target, channel);
        if (_maps.HasFlag(FusionMaps.Reconstruction))
        {
            LocalMeans(new SingleLevels(reconstruction));
            channel = Relative(new SingleLevels(reconstruction), target, channel);
        }

        if (_maps.HasFlag(FusionMaps.RegionalChange))
        {
            SpreadOverCells(change, target, channel);
        }
    }

    private static ReadOnlySpan<float> Values(Tensor? map, string name)
    {
        ArgumentNullException.ThrowIfNull(map, name);
        return MemoryMarshal.Cast<byte, float>(map.contiguous().bytes);
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
    private int Level(Span<ushort> target, int channel)
    {
        Span<ushort> levels = stackalloc ushort[Lanes];
        for (int first = 0; first < _means.Length; first += Lanes)
        {
            FusionFeatures.Level(Vector512.Create(_means.AsSpan(first, Lanes))).StoreBFloat16(levels);
            for (int i = 0; i < Lanes; i++)
            {
                target[((first + i) * _channels) + channel] = levels[i];
            }
        }

        return channel + 1;
    }

    /// <summary>Levels about the local mean, compressed: see <see cref="FusionFeatures"/>.</summary>
    /// <returns>The next channel.</returns>
    private int Relative<T>(T pixels, Span<ushort> target, int channel)
        where T : IGrayLevels, allows ref struct
    {
        Vector512<float> twicePerGray = Vector512.Create(2 / _scale), one = Vector512<float>.One;
        // The upper two rows' values of two cells, the lower two rows' 16 further on.
        Vector512<ulong> twoCells = Vector512.Create(0ul, 4, 16, 20, 1, 5, 17, 21);
        Vector512<int> fourTimes = Vector512.Create(0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3);

        // A row of a cell has four values, 64 bits. Four cells side by side are made row by row, and stored cell by cell.
        Span<ushort> rows = stackalloc ushort[Cell * Lanes];
        for (int cell = 0; cell < _means.Length; cell += CellsAtOnce)
        {
            int first = (cell / _cells * Cell * _size) + (cell % _cells * Cell);
            Vector512<float> means = Vector512.Shuffle(Vector128.Create(_means.AsSpan(cell, CellsAtOnce)).ToVector256Unsafe().ToVector512Unsafe(), fourTimes);
            for (int row = 0; row < Cell; row++)
            {
                Vector512<float> twice = (pixels.Sixteen(first + (row * _size)) - means) * twicePerGray;
                // 2x / (1 + sqrt(1 + 2 |x|)) is sqrt(1 + 2 |x|) - 1 with the sign of x, without a division.
                Vector512.CopySign(Vector512.Sqrt(one + Vector512.Abs(twice)) - one, twice).StoreBFloat16(rows[(row * Lanes)..]);
            }

            ReadOnlySpan<ulong> made = MemoryMarshal.Cast<ushort, ulong>(rows);
            Vector512<ulong> upper = Vector512.Create(made), lower = Vector512.Create(made[(2 * CellsAtOnce)..]);
            for (int i = 0; i < CellsAtOnce; i += 2)
            {
                // An index beyond eight gives zero.
                Vector512<ulong> ofUpper = twoCells + Vector512.Create((ulong)i);
                Vector512<ulong> two = Vector512.Shuffle(upper, ofUpper) | Vector512.Shuffle(lower, ofUpper - Vector512.Create(16ul));
                two.GetLower().AsUInt16().CopyTo(target[(((cell + i) * _channels) + channel)..]);
                two.GetUpper().AsUInt16().CopyTo(target[(((cell + i + 1) * _channels) + channel)..]);
            }
        }

        return channel + FusionFeatures.CellPixels;
    }

    private void SpreadOverCells(ReadOnlySpan<float> perPatch, Span<ushort> target, int channel)
    {
        int patchesPerSide = _size / RegionalAnalysis.PatchSize;
        for (int patch = 0; patch < perPatch.Length; patch++)
        {
            ushort change = MathF.Log(1 + (perPatch[patch] / _scale)).ToBFloat16();
            int top = patch / patchesPerSide * CellsPerPatch, left = patch % patchesPerSide * CellsPerPatch;
            for (int y = top; y < top + CellsPerPatch; y++)
            {
                for (int x = left; x < left + CellsPerPatch; x++)
                {
                    target[(((y * _cells) + x) * _channels) + channel] = change;
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

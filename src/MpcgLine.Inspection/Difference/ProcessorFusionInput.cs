using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Inspection.Reconstruction.Native;
using MpcgLine.Inspection.Reconstruction.Native.Direct;
using MpcgLine.Inspection.Tiling;
using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.Inspection.Difference;

/// <summary>
/// <see cref="FusionFeatures.Stack"/> on the processor, in one pass and straight into the arithmetic's layout and
/// precision: as two dozen operations on whole maps, most of the time went into moving memory. Libtorch's threads share the work; one call at a time.
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

    // Means along x of all rows, with zeros around, so that a neighbourhood may reach outside: the tile's, and its reconstruction's.
    private readonly float[] _tileMeans;
    private readonly float[] _reconstructionMeans;
    private readonly float[] _shares;
    private readonly RowsOfCells _rows;
    private readonly Tensor? _stacked;
    private readonly Tensor? _channelsFirst;

    // Where the values go: rows of cells, those of all tiles one after the other.
    private readonly ScalarType _type;
    private readonly TileMap? _map;

    // From one cell to the next.
    private readonly int _cellChannels;

    /// <summary>Allocates for a batch.</summary>
    /// <param name="maps">Which maps to include.</param>
    /// <param name="grayScale">Gray levels that become 1.</param>
    /// <param name="precision">Of the network: float32 or bfloat16.</param>
    /// <param name="batch">Tiles N.</param>
    /// <param name="size">Edge S of the tiles, px, a multiple of 64.</param>
    /// <exception cref="ArgumentOutOfRangeException">No tile, a size that is no such multiple, or another precision.</exception>
    public ProcessorFusionInput(FusionMaps maps, float grayScale, ScalarType precision, int batch = 1, int size = TileRowFindings.TileSize)
        : this(
            maps,
            grayScale,
            precision is ScalarType.Float32 or ScalarType.BFloat16
                ? precision
                : throw new ArgumentOutOfRangeException(nameof(precision), precision, "The fusion's input is made in Float32 or BFloat16."),
            batch,
            size,
            target: null)
    {
    }

    /// <summary>For a tile whose input is made in a map.</summary>
    /// <param name="maps">Which maps to include.</param>
    /// <param name="grayScale">Gray levels that become 1.</param>
    /// <param name="target">Of bfloat16 or float32; written; not taken over.</param>
    internal ProcessorFusionInput(FusionMaps maps, float grayScale, TileMap target)
        : this(maps, grayScale, target.Type, 1, TileRowFindings.TileSize, target)
    {
    }

    private ProcessorFusionInput(FusionMaps maps, float grayScale, ScalarType type, int batch, int size, TileMap? target)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        ArgumentOutOfRangeException.ThrowIfNotEqual(size, Math.Max(1, size / (Lanes * Cell)) * Lanes * Cell);
        _seesReconstruction = maps.HasFlag(FusionMaps.Reconstruction);
        _seesChange = maps.HasFlag(FusionMaps.RegionalChange);
        _scale = grayScale;
        _channels = FusionLayers.InputChannels(maps);
        (_batch, _size, _cells) = (batch, size, size / Cell);
        _tileMeans = new float[(Half + _cells + Half) * _cells];
        _reconstructionMeans = _seesReconstruction ? new float[_tileMeans.Length] : [];
        _shares = new float[_cells];
        for (int i = 0; i < _cells; i++)
        {
            _shares[i] = 1f / (Math.Min(i, Half) + 1 + Math.Min(_cells - 1 - i, Half));
        }

        _rows = new RowsOfCells(this);
        _type = type;
        if (target is not null)
        {
            if (type == ScalarType.Byte || target.Size != _cells || target.Channels != _channels)
            {
                throw new ArgumentException($"A map of {target.Size} x {target.Size} x {target.Channels} {type} is given; numbers of {_cells} x {_cells} x {_channels} are expected.", nameof(target));
            }

            _map = target;
            _cellChannels = target.PixelBytes / MicroKernel.ElementBytes(type);
            return;
        }

        using DisposeScope scope = NewDisposeScope();
        _stacked = zeros([batch, _cells, _cells, _channels], type).DetachFromDisposeScope();
        _channelsFirst = _stacked.permute(0, 3, 1, 2).DetachFromDisposeScope();
        _cellChannels = _channels;
    }

    /// <summary>Stacks the maps of a batch, whose values lie row by row.</summary>
    /// <param name="tiles"><c>[N, 1, S, S]</c> uint8, gray levels.</param>
    /// <param name="reconstruction">The same shape, float32; not read unless the maps include it.</param>
    /// <param name="change"><c>[N, S/32, S/32]</c>; not read unless the maps include it.</param>
    /// <returns><c>[N, C, S/4, S/4]</c>, channels last in memory; stays this object's and is overwritten by the next call.</returns>
    /// <exception cref="ArgumentException">Not the tiles it was made for, or a map is missing.</exception>
    public Tensor Stack(Tensor tiles, Tensor? reconstruction, Tensor? change)
    {
        Fill(tiles, reconstruction, change);
        return _channelsFirst ?? throw new InvalidOperationException("The input is made in a map.");
    }

    /// <summary>The same where it is made in a map; parameters and errors as those of <see cref="Stack"/>.</summary>
    internal void Fill(Tensor tiles, Tensor? reconstruction, Tensor? change)
    {
        ArgumentNullException.ThrowIfNull(tiles);
        bool isExpected = tiles.dtype == ScalarType.Byte && tiles.Dimensions == 4
            && tiles.size(0) == _batch && tiles.size(1) == 1 && tiles.size(2) == _size && tiles.size(3) == _size;
        if (!isExpected)
        {
            throw new ArgumentException(
                $"Tiles are {tiles.dtype} [{string.Join(", ", tiles.shape)}]; Byte [{_batch}, 1, {_size}, {_size}] are expected.", nameof(tiles));
        }

        _ = tiles.Bytes();
        int area = _size * _size;
        if (_seesReconstruction)
        {
            RequireValues(reconstruction, _batch * area, nameof(reconstruction));
        }

        if (_seesChange)
        {
            RequireValues(change, _batch * area / (RegionalAnalysis.PatchSize * RegionalAnalysis.PatchSize), nameof(change));
        }

        for (int i = 0; i < _batch; i++)
        {
            _rows.Run(tiles, reconstruction, change, i);
        }
    }

    private Span<byte> StackedRow(int tile, int y)
    {
        if (_map is not null)
        {
            return _map.Row<byte>(y);
        }

        Span<byte> stacked = _stacked!.bytes;
        int row = stacked.Length / (_batch * _cells);
        return stacked.Slice(((tile * _cells) + y) * row, row);
    }

    private static void RequireValues(Tensor? map, int count, string name)
    {
        ArgumentNullException.ThrowIfNull(map, name);
        if (map.Singles().Length != count)
        {
            throw new ArgumentException($"A map has {map.Singles().Length} values; {count} are expected.", name);
        }
    }

    /// <summary>Means along x of one row of cells.</summary>
    private void MeansAlong<T>(T pixels, float[] rowMeans, int y)
        where T : IGrayLevels, allows ref struct
    {
        Span<float> row = stackalloc float[Half + _cells + Half];
        for (int x = 0; x < _size; x += Lanes)
        {
            int first = (y * Cell * _size) + x;
            Vector512<float> sums = pixels.Sixteen(first) + pixels.Sixteen(first + _size)
                + pixels.Sixteen(first + (2 * _size)) + pixels.Sixteen(first + (3 * _size));
            // First columns of the four cells, then their second ones...
            Vector512<float> columns = Vector512.Shuffle(sums, Vector512.Create(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15));
            Vector256<float> halves = columns.GetLower() + columns.GetUpper();
            ((halves.GetLower() + halves.GetUpper()) * (1f / FusionFeatures.CellPixels)).CopyTo(row[(Half + (x / Cell))..]);
        }

        for (int x = 0; x < _cells; x += Lanes)
        {
            (Sum(row, x, stride: 1) * Vector512.Create(_shares.AsSpan(x, Lanes))).CopyTo(rowMeans, ((Half + y) * _cells) + x);
        }
    }

    /// <summary>Means over a neighbourhood of each cell of a row, of what lies inside the tile.</summary>
    private void LocalMeans(float[] rowMeans, int y, Span<float> means)
    {
        for (int x = 0; x < _cells; x += Lanes)
        {
            (Sum(rowMeans, (y * _cells) + x, _cells) * Vector512.Create(_shares[y])).CopyTo(means[x..]);
        }
    }

    private void StackRow<TTarget>(ReadOnlySpan<byte> tile, ReadOnlySpan<float> reconstruction, ReadOnlySpan<float> change, int y, TTarget target)
        where TTarget : IStackedValues, allows ref struct
    {
        Span<float> means = stackalloc float[_cells];
        LocalMeans(_tileMeans, y, means);
        int channel = Relative(new ByteLevels(tile), means, y, target, 0);
        channel = Level(means, target, channel);
        if (_seesReconstruction)
        {
            LocalMeans(_reconstructionMeans, y, means);
            channel = Relative(new SingleLevels(reconstruction), means, y, target, channel);
        }

        if (_seesChange)
        {
            SpreadOverCells(change, y, target, channel);
        }
    }

    /// <summary>Sums over a neighbourhood's width, for several cells at once.</summary>
    private static Vector512<float> Sum(ReadOnlySpan<float> from, int start, int stride)
    {
        Vector512<float> sum = Vector512<float>.Zero;
        for (int i = 0; i < FusionFeatures.MeanCells; i++)
        {
            sum += Vector512.Create(from.Slice(start + (i * stride), Lanes));
        }

        return sum;
    }

    /// <summary>The local mean itself: see <see cref="FusionFeatures"/>.</summary>
    /// <returns>The next channel.</returns>
    private static int Level<TTarget>(ReadOnlySpan<float> means, TTarget target, int channel)
        where TTarget : IStackedValues, allows ref struct
    {
        for (int x = 0; x < means.Length; x += Lanes)
        {
            target.SetSixteen(x, channel, FusionFeatures.Level(Vector512.Create(means.Slice(x, Lanes))));
        }

        return channel + 1;
    }

    /// <summary>Levels about the local mean, compressed: see <see cref="FusionFeatures"/>.</summary>
    /// <returns>The next channel.</returns>
    private int Relative<T, TTarget>(T pixels, ReadOnlySpan<float> means, int y, TTarget target, int channel)
        where T : IGrayLevels, allows ref struct
        where TTarget : IStackedValues, allows ref struct
    {
        Vector512<float> twicePerGray = Vector512.Create(2 / _scale), one = Vector512<float>.One;
        Vector512<int> fourTimes = Vector512.Create(0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3);

        Span<Vector512<float>> rows = stackalloc Vector512<float>[Cell];
        for (int x = 0; x < _cells; x += CellsAtOnce)
        {
            int first = ((y * _size) + x) * Cell;
            Vector512<float> mean = Vector512.Shuffle(Vector128.Create(means.Slice(x, CellsAtOnce)).ToVector256Unsafe().ToVector512Unsafe(), fourTimes);
            for (int row = 0; row < Cell; row++)
            {
                Vector512<float> twice = (pixels.Sixteen(first + (row * _size)) - mean) * twicePerGray;
                // 2x / (1 + sqrt(1 + 2 |x|)) is sqrt(1 + 2 |x|) - 1 with the sign of x, without a division.
                rows[row] = Vector512.CopySign(Vector512.Sqrt(one + Vector512.Abs(twice)) - one, twice);
            }

            target.SetCells(x, channel, rows);
        }

        return channel + FusionFeatures.CellPixels;
    }

    private void SpreadOverCells<TTarget>(ReadOnlySpan<float> perPatch, int y, TTarget target, int channel)
        where TTarget : IStackedValues, allows ref struct
    {
        int patchesPerSide = _size / RegionalAnalysis.PatchSize;
        ReadOnlySpan<float> patches = perPatch.Slice(y / CellsPerPatch * patchesPerSide, patchesPerSide);
        for (int patch = 0; patch < patchesPerSide; patch += Lanes / CellsPerPatch)
        {
            Vector512<float> two = Vector512.Create(Vector256.Create(Change(patches[patch])), Vector256.Create(Change(patches[patch + 1])));
            target.SetSixteen(patch * CellsPerPatch, channel, two);
        }
    }

    private float Change(float perPatch) => MathF.Log(1 + (perPatch / _scale));

    /// <inheritdoc/>
    public void Dispose()
    {
        _channelsFirst?.Dispose();
        _stacked?.Dispose();
    }

    /// <summary>One tile's rows of cells, shared among threads: the means along x of all of them, and then what is made with these.</summary>
    private sealed class RowsOfCells(ProcessorFusionInput owner) : TeamWork
    {
        // Of a part.
        private const int Rows = 8;

        private Tensor? _tiles, _reconstruction, _change;
        private int _index;
        private bool _hasMeans;

        public void Run(Tensor tiles, Tensor? reconstruction, Tensor? change, int index)
        {
            (_tiles, _reconstruction, _change, _index) = (tiles, reconstruction, change, index);
            _hasMeans = false;
            Share(owner._cells / Rows);
            _hasMeans = true;
            Share(owner._cells / Rows);
            (_tiles, _reconstruction, _change) = (null, null, null);
        }

        protected override void Do(int part)
        {
            int area = owner._size * owner._size;
            ReadOnlySpan<byte> tile = _tiles!.bytes.Slice(_index * area, area);
            ReadOnlySpan<float> reconstruction = owner._seesReconstruction ? Singles(_reconstruction!, area) : [];
            if (!_hasMeans)
            {
                MeansAlong(tile, reconstruction, part);
                return;
            }

            ReadOnlySpan<float> change = owner._seesChange ? Singles(_change!, area / (RegionalAnalysis.PatchSize * RegionalAnalysis.PatchSize)) : [];
            for (int y = part * Rows; y < (part + 1) * Rows; y++)
            {
                Span<byte> row = owner.StackedRow(_index, y);
                if (owner._type == ScalarType.BFloat16)
                {
                    owner.StackRow(tile, reconstruction, change, y, new StackedBFloat16(MemoryMarshal.Cast<byte, ushort>(row), owner._cellChannels));
                }
                else
                {
                    owner.StackRow(tile, reconstruction, change, y, new StackedSingles(MemoryMarshal.Cast<byte, float>(row), owner._cellChannels));
                }
            }
        }

        private void MeansAlong(ReadOnlySpan<byte> tile, ReadOnlySpan<float> reconstruction, int part)
        {
            for (int y = part * Rows; y < (part + 1) * Rows; y++)
            {
                owner.MeansAlong(new ByteLevels(tile), owner._tileMeans, y);
                if (owner._seesReconstruction)
                {
                    owner.MeansAlong(new SingleLevels(reconstruction), owner._reconstructionMeans, y);
                }
            }
        }

        private ReadOnlySpan<float> Singles(Tensor map, int count) => MemoryMarshal.Cast<byte, float>(map.bytes).Slice(_index * count, count);
    }
}

using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Inspection.Tiling;
using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.Inspection.Difference;

/// <summary>
/// <see cref="FusionFeatures.Stack"/> for one tile on the processor, in one pass and straight into the arithmetic's
/// layout and precision: as two dozen operations on whole maps, most of the time went into moving memory.
/// Inference thread only.
/// </summary>
internal sealed class ProcessorFusionInput : IDisposable
{
    private const int Size = TileRowFindings.TileSize, Cells = TileRowFindings.ScoreSize, Cell = TileRowFindings.ScoreCell;
    private const int CellsPerPatch = RegionalAnalysis.PatchSize / Cell;
    private const int Half = FusionFeatures.MeanCells / 2;

    // Cells per step of the means; a cell's 4 x 4 px are as many values.
    private const int Lanes = FusionFeatures.CellPixels;

    private readonly FusionMaps _maps;
    private readonly float _scale;
    private readonly int _channels;
    private readonly float[] _means = new float[Cells * Cells];

    // Means of one row's cells, and means along x of all rows, with zeros around, so that a neighbourhood may reach outside.
    private readonly float[] _row = new float[Half + Cells + Half];
    private readonly float[] _rowMeans = new float[(Half + Cells + Half) * Cells];
    private readonly float[] _shares = new float[Cells];
    private readonly Tensor _stacked;
    private readonly Tensor _channelsFirst;

    /// <summary>Allocates for one tile.</summary>
    /// <param name="maps">Which maps to include.</param>
    /// <param name="grayScale">Gray levels that become 1.</param>
    public ProcessorFusionInput(FusionMaps maps, float grayScale)
    {
        _maps = maps;
        _scale = grayScale;
        _channels = FusionLayers.InputChannels(maps);
        for (int i = 0; i < Cells; i++)
        {
            _shares[i] = 1f / (Math.Min(i, Half) + 1 + Math.Min(Cells - 1 - i, Half));
        }

        using DisposeScope scope = NewDisposeScope();
        _stacked = zeros([1, Cells, Cells, _channels], ScalarType.BFloat16).DetachFromDisposeScope();
        _channelsFirst = _stacked.permute(0, 3, 1, 2).DetachFromDisposeScope();
    }

    /// <summary>Stacks the maps of a batch of one tile.</summary>
    /// <returns><c>[1, C, 128, 128]</c> bfloat16, channels last in memory; stays this object's and is overwritten by the next call.</returns>
    public Tensor Stack(in TileBatch batch)
    {
        Span<ushort> target = MemoryMarshal.Cast<byte, ushort>(_stacked.bytes);
        ReadOnlySpan<float> tile = MemoryMarshal.Cast<byte, float>(batch.Tiles.contiguous().bytes);
        LocalMeans(tile);
        int channel = Relative(tile, target, 0);
        for (int cell = 0; cell < _means.Length; cell++)
        {
            target[(cell * _channels) + channel] = FusionFeatures.Level(_means[cell]).ToBFloat16();
        }

        channel++;
        if (_maps.HasFlag(FusionMaps.Reconstruction))
        {
            ReadOnlySpan<float> reconstruction = MemoryMarshal.Cast<byte, float>(batch.Reconstruction.contiguous().bytes);
            LocalMeans(reconstruction);
            channel = Relative(reconstruction, target, channel);
        }

        if (_maps.HasFlag(FusionMaps.RegionalChange))
        {
            SpreadOverCells(MemoryMarshal.Cast<byte, float>(batch.Change.contiguous().bytes), target, channel);
        }

        return _channelsFirst;
    }

    /// <summary>Means over a neighbourhood of cells, of what lies inside the tile: along x first, then along y.</summary>
    private void LocalMeans(ReadOnlySpan<float> pixels)
    {
        for (int y = 0; y < Cells; y++)
        {
            for (int x = 0; x < Cells; x++)
            {
                int first = (y * Cell * Size) + (x * Cell);
                Vector128<float> sum = Load(pixels, first) + Load(pixels, first + Size) + Load(pixels, first + (2 * Size)) + Load(pixels, first + (3 * Size));
                _row[Half + x] = Vector128.Sum(sum) / FusionFeatures.CellPixels;
            }

            for (int x = 0; x < Cells; x += Lanes)
            {
                (Sum(_row, x, stride: 1) * Vector512.Create(_shares.AsSpan(x, Lanes))).CopyTo(_rowMeans, ((Half + y) * Cells) + x);
            }
        }

        for (int y = 0; y < Cells; y++)
        {
            for (int x = 0; x < Cells; x += Lanes)
            {
                (Sum(_rowMeans, (y * Cells) + x, Cells) * Vector512.Create(_shares[y])).CopyTo(_means, (y * Cells) + x);
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

    /// <summary>Levels about the local mean, compressed: see <see cref="FusionFeatures"/>.</summary>
    /// <returns>The next channel.</returns>
    private int Relative(ReadOnlySpan<float> pixels, Span<ushort> target, int channel)
    {
        Vector512<float> twicePerGray = Vector512.Create(2 / _scale), one = Vector512<float>.One;
        for (int y = 0; y < Cells; y++)
        {
            for (int x = 0; x < Cells; x++)
            {
                int cell = (y * Cells) + x, first = (y * Cell * Size) + (x * Cell);
                Vector512<float> values = Vector512.Create(
                    Vector256.Create(Load(pixels, first), Load(pixels, first + Size)),
                    Vector256.Create(Load(pixels, first + (2 * Size)), Load(pixels, first + (3 * Size))));
                Vector512<float> twice = (values - Vector512.Create(_means[cell])) * twicePerGray;
                // 2x / (1 + sqrt(1 + 2 |x|)) is sqrt(1 + 2 |x|) - 1 with the sign of x, without a division.
                Vector512<float> root = Vector512.Sqrt(one + Vector512.Abs(twice)) - one;
                Vector512.CopySign(root, twice).StoreBFloat16(target[((cell * _channels) + channel)..]);
            }
        }

        return channel + FusionFeatures.CellPixels;
    }

    private void SpreadOverCells(ReadOnlySpan<float> perPatch, Span<ushort> target, int channel)
    {
        for (int patch = 0; patch < perPatch.Length; patch++)
        {
            ushort change = MathF.Log(1 + (perPatch[patch] / _scale)).ToBFloat16();
            int top = patch / TileRowFindings.PatchCount * CellsPerPatch, left = patch % TileRowFindings.PatchCount * CellsPerPatch;
            for (int y = top; y < top + CellsPerPatch; y++)
            {
                for (int x = left; x < left + CellsPerPatch; x++)
                {
                    target[(((y * Cells) + x) * _channels) + channel] = change;
                }
            }
        }
    }

    private static Vector128<float> Load(ReadOnlySpan<float> pixels, int index) => Vector128.Create(pixels.Slice(index, Vector128<float>.Count));

    /// <inheritdoc/>
    public void Dispose()
    {
        _channelsFirst.Dispose();
        _stacked.Dispose();
    }
}

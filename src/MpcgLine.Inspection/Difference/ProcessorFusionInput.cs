using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
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

    private readonly FusionMaps _maps;
    private readonly float _scale;
    private readonly int _channels;
    private readonly float[] _rows = new float[Cells * Cells];
    private readonly float[] _means = new float[Cells * Cells];
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

    /// <summary>Means over a neighbourhood of cells, of what lies inside the tile: rows first, then columns.</summary>
    private void LocalMeans(ReadOnlySpan<float> pixels)
    {
        Span<float> cells = _means;
        for (int y = 0; y < Cells; y++)
        {
            for (int x = 0; x < Cells; x++)
            {
                int first = (y * Cell * Size) + (x * Cell);
                Vector128<float> sum = Load(pixels, first) + Load(pixels, first + Size) + Load(pixels, first + (2 * Size)) + Load(pixels, first + (3 * Size));
                cells[(y * Cells) + x] = Vector128.Sum(sum) / FusionFeatures.CellPixels;
            }
        }

        for (int line = 0; line < Cells; line++)
        {
            Slide(cells, line * Cells, 1, _rows);
        }

        for (int line = 0; line < Cells; line++)
        {
            Slide(_rows, line, Cells, _means);
        }
    }

    /// <summary>Running mean along one line of cells.</summary>
    private static void Slide(ReadOnlySpan<float> from, int start, int stride, Span<float> to)
    {
        const int half = FusionFeatures.MeanCells / 2;
        // In double precision: what is added is taken away again, exactly.
        double sum = 0;
        int count = 0;
        for (int i = -half; i < Cells; i++)
        {
            if (i + half < Cells)
            {
                sum += from[start + ((i + half) * stride)];
                count++;
            }

            if (i - half - 1 >= 0)
            {
                sum -= from[start + ((i - half - 1) * stride)];
                count--;
            }

            if (i >= 0)
            {
                to[start + (i * stride)] = (float)(sum / count);
            }
        }
    }

    /// <summary>Levels about the local mean, softly compressed: see <see cref="FusionFeatures"/>.</summary>
    /// <returns>The next channel.</returns>
    private int Relative(ReadOnlySpan<float> pixels, Span<ushort> target, int channel)
    {
        Vector128<float> scale = Vector128.Create(_scale), one = Vector128<float>.One, knee = Vector128.Create(FusionFeatures.Knee);
        for (int y = 0; y < Cells; y++)
        {
            for (int x = 0; x < Cells; x++)
            {
                int cell = (y * Cells) + x, first = (y * Cell * Size) + (x * Cell);
                Vector128<float> mean = Vector128.Create(_means[cell]);
                Span<ushort> values = target.Slice((cell * _channels) + channel, FusionFeatures.CellPixels);
                for (int row = 0; row < Cell; row++)
                {
                    Vector128<float> level = (Load(pixels, first + (row * Size)) - mean) / scale;
                    (level / (one + (Vector128.Abs(level) / knee))).StoreBFloat16(values[(row * Cell)..]);
                }
            }
        }

        return channel + FusionFeatures.CellPixels;
    }

    private void SpreadOverCells(ReadOnlySpan<float> perPatch, Span<ushort> target, int channel)
    {
        for (int y = 0; y < Cells; y++)
        {
            for (int x = 0; x < Cells; x++)
            {
                float change = perPatch[(y / CellsPerPatch * TileRowFindings.PatchCount) + (x / CellsPerPatch)];
                target[(((y * Cells) + x) * _channels) + channel] = MathF.Log(1 + (change / _scale)).ToBFloat16();
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

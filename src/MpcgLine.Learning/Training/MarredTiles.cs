using System.Runtime.InteropServices;
using MpcgLine.Inspection.Tiling;
using MpcgLine.Learning.Datasets;
using MpcgLine.Learning.Training.Defects;
using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.Learning.Training;

/// <summary>One step's tiles, before and after training defects were rendered onto them. Reused; training thread.</summary>
internal sealed class MarredTiles : IDisposable
{
    // Most a cell weighs, in averages of its tile: what is seen once on a calm surface would weigh as much as all the rest.
    private const float MaxRarity = 16;

    private readonly TileSampler _sampler;
    private readonly TrainingDefectRenderer _renderer;
    private readonly float[] _rarity;
    private readonly int _cells;
    private readonly int _batch;

    /// <summary>Allocates for as many tiles as hold the pixels of <see cref="TrainingOptions.Batch"/> full ones.</summary>
    public MarredTiles(TileSampler sampler, TrainingOptions options)
    {
        int size = sampler.Size, perFullTile = TileRowFindings.TileSize / size;
        _sampler = sampler;
        _batch = options.Batch * perFullTile * perFullTile;
        _renderer = new TrainingDefectRenderer(size, options.NarrowestDefect, options.WidestDefect);
        _cells = SurfaceCensus.CellsOf(size);
        _rarity = new float[_cells];
        Clean = zeros([_batch, 1, size, size], ScalarType.Byte).DetachFromDisposeScope();
        Marred = zeros_like(Clean).DetachFromDisposeScope();
        Masks = zeros_like(Clean).DetachFromDisposeScope();
        Rarity = zeros([_batch, 1, size / SurfaceCensus.Cell, size / SurfaceCensus.Cell]).DetachFromDisposeScope();
    }

    /// <summary>Good tiles, <c>[N, 1, H, W]</c> byte, gray levels; valid until the next draw.</summary>
    public Tensor Clean { get; }

    /// <summary>The same with defects.</summary>
    public Tensor Marred { get; }

    /// <summary>Weights of the defective pixels, 0 elsewhere: see <see cref="TrainingDefectRenderer.Render"/>.</summary>
    public Tensor Masks { get; }

    /// <summary>How rare the clean surface is, <c>[N, 1, H/16, W/16]</c> float32, 1 on a tile's average.</summary>
    public Tensor Rarity { get; }

    /// <summary>Fills all four.</summary>
    public void Draw(Random random)
    {
        int pixels = _sampler.Size * _sampler.Size;
        for (int i = 0; i < _batch; i++)
        {
            Span<byte> clean = Clean.bytes.Slice(i * pixels, pixels), marred = Marred.bytes.Slice(i * pixels, pixels);
            _sampler.Draw(random, clean, _rarity);
            clean.CopyTo(marred);
            _renderer.Render(random, marred, Masks.bytes.Slice(i * pixels, pixels), _rarity);
            WriteRarity(MemoryMarshal.Cast<byte, float>(Rarity.bytes).Slice(i * _cells, _cells));
        }
    }

    private void WriteRarity(Span<float> rarity)
    {
        float most = MaxRarity * _rarity.Average(), sum = 0;
        for (int cell = 0; cell < _cells; cell++)
        {
            rarity[cell] = Math.Min(most, _rarity[cell]);
            sum += rarity[cell];
        }

        foreach (ref float weight in rarity)
        {
            weight *= _cells / sum;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Clean.Dispose();
        Marred.Dispose();
        Masks.Dispose();
        Rarity.Dispose();
    }
}

using MpcgLine.Inspection.Tiling;
using MpcgLine.Learning.Datasets;
using MpcgLine.Learning.Training.Defects;
using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.Learning.Training;

/// <summary>One step's tiles, before and after training defects were rendered onto them. Reused; training thread.</summary>
internal sealed class MarredTiles : IDisposable
{
    private readonly TileSampler _sampler;
    private readonly TrainingDefectRenderer _renderer;
    private readonly float[] _rarity;
    private readonly int _batch;

    /// <summary>Allocates for as many tiles as hold the pixels of <see cref="TrainingOptions.Batch"/> full ones.</summary>
    public MarredTiles(TileSampler sampler, TrainingOptions options)
    {
        int size = sampler.Size, perFullTile = TileRowFindings.TileSize / size;
        _sampler = sampler;
        _batch = options.Batch * perFullTile * perFullTile;
        _renderer = new TrainingDefectRenderer(size, options.NarrowestDefect, options.WidestDefect);
        _rarity = new float[SurfaceCensus.CellsOf(size)];
        Clean = zeros([_batch, 1, size, size], ScalarType.Byte).DetachFromDisposeScope();
        Marred = zeros_like(Clean).DetachFromDisposeScope();
        Masks = zeros_like(Clean).DetachFromDisposeScope();
    }

    /// <summary>Good tiles, <c>[N, 1, H, W]</c> byte, gray levels; valid until the next draw.</summary>
    public Tensor Clean { get; }

    /// <summary>The same with defects.</summary>
    public Tensor Marred { get; }

    /// <summary>Weights of the defective pixels, 0 elsewhere: see <see cref="TrainingDefectRenderer.Render"/>.</summary>
    public Tensor Masks { get; }

    /// <summary>Fills all three.</summary>
    public void Draw(Random random)
    {
        int pixels = _sampler.Size * _sampler.Size;
        for (int i = 0; i < _batch; i++)
        {
            Span<byte> clean = Clean.bytes.Slice(i * pixels, pixels), marred = Marred.bytes.Slice(i * pixels, pixels);
            _sampler.Draw(random, clean, _rarity);
            clean.CopyTo(marred);
            _renderer.Render(random, marred, Masks.bytes.Slice(i * pixels, pixels), _rarity);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Clean.Dispose();
        Marred.Dispose();
        Masks.Dispose();
    }
}

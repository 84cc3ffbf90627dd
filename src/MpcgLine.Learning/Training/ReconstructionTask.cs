using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Inspection.Tiling;
using MpcgLine.Learning.Datasets;
using MpcgLine.Learning.Losses;
using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.Learning.Training;

/// <summary>
/// Trains the autoencoder: its input carries rendered training defects, its target is the clean tile, which teaches
/// it to erase them.
/// </summary>
internal sealed class ReconstructionTask : ITrainingTask
{
    private const int TilePixels = TileRowFindings.TileSize * TileRowFindings.TileSize;

    private const float MidGray = 0.5f;

    private readonly TileSampler _sampler;
    private readonly TrainingDefectRenderer _renderer = new();
    private readonly float[] _rarity = new float[SurfaceCensus.CellsPerTile];
    private readonly ReconstructionLoss _loss;
    private readonly Tensor _clean;
    private readonly Tensor _marred;
    private readonly byte[] _mask = new byte[TilePixels];
    private readonly int _batch;

    public ReconstructionTask(TileSampler sampler, TrainingOptions options, ScalarType precision)
    {
        _sampler = sampler;
        _batch = options.Batch;
        _loss = new ReconstructionLoss(options.Loss, options.PixelTerm);
        Network = new TrainableNetwork(ReconstructionLayers.Table4(options.Width), precision, new Random(unchecked((int)options.Seed)), MidGray);
        _clean = zeros([_batch, 1, TileRowFindings.TileSize, TileRowFindings.TileSize], ScalarType.Byte).DetachFromDisposeScope();
        _marred = zeros_like(_clean).DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public string Name => "reconstruction";

    /// <inheritdoc/>
    public TrainableNetwork Network { get; }

    /// <inheritdoc/>
    public double Rate => 1e-3;

    /// <inheritdoc/>
    public double WeightDecay => 1e-5;

    /// <inheritdoc/>
    public Tensor Loss(Random random)
    {
        for (int i = 0; i < _batch; i++)
        {
            Span<byte> clean = _clean.bytes.Slice(i * TilePixels, TilePixels), marred = _marred.bytes.Slice(i * TilePixels, TilePixels);
            _sampler.Draw(random, clean, _rarity);
            clean.CopyTo(marred);
            _renderer.Render(random, marred, _mask, _rarity);
        }

        Tensor target = _clean.to(ScalarType.Float32) / 255;
        Tensor reconstruction = Network.RunAll(_marred.to(ScalarType.Float32) / 255, training: true);
        return _loss.Forward(target, reconstruction);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Network.Dispose();
        _loss.Dispose();
        _clean.Dispose();
        _marred.Dispose();
    }
}

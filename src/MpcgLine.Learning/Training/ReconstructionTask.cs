using MpcgLine.Inspection.Reconstruction;
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
    private const float MidGray = 0.5f;

    private readonly MarredTiles _tiles, _heldOut;
    private readonly ReconstructionLoss _loss;
    private readonly TrainingOptions _options;

    public ReconstructionTask(TileSampler sampler, TileSampler heldOut, TrainingOptions options, Device device)
    {
        Device? copies = device.type == DeviceType.CPU ? null : device;
        _tiles = new MarredTiles(sampler, options, options.Batch, copies);
        _heldOut = new MarredTiles(heldOut, options, options.Batch, copies);
        _options = options;
        _loss = new ReconstructionLoss(options.Loss, options.PixelTerm);
        Network = new TrainableNetwork(ReconstructionLayers.Table4(options.Width), options.ElementType, new Random(unchecked((int)options.Seed)), MidGray, device);
    }

    /// <inheritdoc/>
    public string Name => "reconstruction";

    /// <inheritdoc/>
    public TrainableNetwork Network { get; }

    /// <inheritdoc/>
    public double Rate => 1e-3;

    /// <inheritdoc/>
    public double WeightDecay => _options.Penalty == WeightPenalty.Decay ? _options.Lambda : 0;

    /// <inheritdoc/>
    public Tensor Loss(Random random, Random? next)
    {
        Tensor loss = Loss(random, next, _tiles, training: true);
        return _options.Penalty == WeightPenalty.Norm ? loss + (Network.KernelNorm() * _options.Lambda) : loss;
    }

    /// <inheritdoc/>
    public Tensor ValidationLoss(Random random)
    {
        using IDisposable noGradient = no_grad();
        return Loss(random, next: null, _heldOut, training: false);
    }

    private Tensor Loss(Random random, Random? next, MarredTiles tiles, bool training)
    {
        tiles.Draw(random, next);
        Tensor target = tiles.Clean.to(ScalarType.Float32) / 255;
        Tensor reconstruction = Network.RunAll(tiles.Marred.to(ScalarType.Float32) / 255, training);
        // A lens is a hundredth of its tile: left out of the reconstruction, it would cost next to nothing.
        Tensor rarity = nn.functional.interpolate(tiles.Rarity, scale_factor: [SurfaceCensus.Cell, SurfaceCensus.Cell]);
        return _loss.Forward(target, reconstruction, rarity);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Network.Dispose();
        _loss.Dispose();
        _tiles.Dispose();
        _heldOut.Dispose();
    }
}

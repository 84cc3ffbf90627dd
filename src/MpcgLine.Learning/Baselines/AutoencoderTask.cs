using MpcgLine.Inspection.Tiling;
using MpcgLine.Learning.Datasets;
using MpcgLine.Learning.Losses;
using MpcgLine.Learning.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.Learning.Baselines;

/// <summary>
/// Trains the autoencoder of Bergmann et al. to reproduce good crops, as published: nothing is rendered onto them. Weight
/// decay 1e-5 is that of the third-party program for it; the rate is ours, 1e-3 instead of 2e-4, since minutes of training
/// take the place of 200 epochs.
/// </summary>
internal sealed class AutoencoderTask : ITrainingTask
{
    private const int Crop = AutoencoderLayers.Crop, CropsPerTile = 8;
    private const float MidGray = 0.5f;

    private readonly TileSampler _sampler, _heldOut;
    private readonly ReconstructionLoss _loss;
    private readonly float[] _rarity;
    private readonly byte[] _tile;
    private readonly Tensor _crops;
    private readonly Device _device;

    public AutoencoderTask(InspectionMethod method, TileSampler sampler, TileSampler heldOut, TrainingOptions options, Device device)
    {
        _sampler = sampler;
        _heldOut = heldOut;
        _device = device;
        Name = method.Word();
        _loss = new ReconstructionLoss(method == InspectionMethod.AutoencoderSsim ? LossKind.Ssim : LossKind.Mse);
        Network = new TrainableNetwork(AutoencoderLayers.Shapes(), options.ElementType, new Random(unchecked((int)options.Seed)), MidGray, device);
        _rarity = new float[SurfaceCensus.CellsOf(TileRowFindings.TileSize)];
        _tile = new byte[TileRowFindings.TileSize * TileRowFindings.TileSize];
        _crops = zeros([options.Batch * CropsPerTile, 1, Crop, Crop], ScalarType.Byte).DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public TrainableNetwork Network { get; }

    /// <inheritdoc/>
    public double Rate => 1e-3;

    /// <inheritdoc/>
    public double WeightDecay => 1e-5;

    /// <inheritdoc/>
    public Tensor Loss(Random random, Random? next) => Loss(random, _sampler, training: true);

    /// <inheritdoc/>
    public Tensor ValidationLoss(Random random)
    {
        using IDisposable noGradient = no_grad();
        return Loss(random, _heldOut, training: false);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Network.Dispose();
        _loss.Dispose();
        _crops.Dispose();
    }

    private Tensor Loss(Random random, TileSampler sampler, bool training)
    {
        Span<byte> crops = _crops.bytes;
        for (int i = 0; i < _crops.shape[0]; i++)
        {
            if (i % CropsPerTile == 0)
            {
                sampler.Draw(random, _tile, _rarity);
            }

            int x = random.Next(TileRowFindings.TileSize - Crop + 1), y = random.Next(TileRowFindings.TileSize - Crop + 1);
            for (int line = 0; line < Crop; line++)
            {
                _tile.AsSpan(((y + line) * TileRowFindings.TileSize) + x, Crop).CopyTo(crops[(((i * Crop) + line) * Crop)..]);
            }
        }

        Tensor source = _crops.to(_device).to(ScalarType.Float32) / 255;
        return _loss.Forward(source, Network.RunAll(source, training));
    }
}

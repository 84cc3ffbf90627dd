using System.Runtime.InteropServices;
using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Inspection.Tiling;
using MpcgLine.Learning.Datasets;
using MpcgLine.Learning.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.Learning.Baselines;

/// <summary>
/// Trains all levels of MS-FCAE together: squared error plus a tenth of the clustering's divergence, levels added. The
/// centres begin at the k-means of good codes under the untrained encoder.
/// </summary>
internal sealed class MsFcaeTask : ITrainingTask
{
    // Ours; nothing is published.
    private const double ClusteringWeight = 0.1;
    private const int PointsClustered = 2048;

    private readonly TileSampler _sampler, _heldOut;
    private readonly float[] _rarity;
    private readonly byte[] _tile;
    private readonly MsFcaeNetwork _network;
    private readonly Tensor[] _pictures;
    private readonly int _batch;
    private readonly Device _device;

    public MsFcaeTask(TileSampler sampler, TileSampler heldOut, TrainingOptions options, Device device)
    {
        _sampler = sampler;
        _heldOut = heldOut;
        _device = device;
        _rarity = new float[SurfaceCensus.CellsOf(TileRowFindings.TileSize)];
        _tile = new byte[TileRowFindings.TileSize * TileRowFindings.TileSize];
        _batch = options.Batch;
        Random random = new(unchecked((int)options.Seed));
        _network = new MsFcaeNetwork(options.ElementType, random, device);
        _pictures =
        [
            .. Enumerable.Range(0, MsFcaeNetwork.Levels).Select(level =>
                zeros([_batch, 1, TileRowFindings.TileSize >> level, TileRowFindings.TileSize >> level]).DetachFromDisposeScope()),
        ];
        new CollectionGuard().Run(() => PlaceCentres(random));
    }

    /// <inheritdoc/>
    public string Name => InspectionMethod.MsFcae.Word();

    /// <inheritdoc/>
    public TrainableNetwork Network => _network.Network;

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
        _network.Dispose();
        foreach (Tensor picture in _pictures)
        {
            picture.Dispose();
        }
    }

    private Tensor Loss(Random random, TileSampler sampler, bool training)
    {
        Draw(random, sampler);
        Tensor loss = zeros([], device: _device);
        for (int level = 0; level < MsFcaeNetwork.Levels; level++)
        {
            Tensor picture = _pictures[level].to(_device);
            (Tensor reconstruction, Tensor divergence) = _network.Run(level, picture, training);
            loss = loss + (picture - reconstruction).square().mean() + (ClusteringWeight * divergence);
        }

        return loss;
    }

    private void Draw(Random random, TileSampler sampler)
    {
        float[] finer = new float[_tile.Length], coarser = new float[_tile.Length / 4];
        for (int i = 0; i < _batch; i++)
        {
            sampler.Draw(random, _tile, _rarity);
            for (int pixel = 0; pixel < _tile.Length; pixel++)
            {
                finer[pixel] = _tile[pixel] / 255f;
            }

            for (int level = 0; level < MsFcaeNetwork.Levels; level++)
            {
                int size = TileRowFindings.TileSize >> level;
                Span<float> picture = finer.AsSpan(0, size * size);
                picture.CopyTo(MemoryMarshal.Cast<byte, float>(_pictures[level].bytes)[(i * size * size)..]);
                GrayPyramid.Halve(picture, size, coarser);
                coarser.AsSpan(0, size * size / 4).CopyTo(finer);
            }
        }
    }

    private bool PlaceCentres(Random random)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        Draw(random, _sampler);
        for (int level = 0; level < MsFcaeNetwork.Levels; level++)
        {
            Tensor code = _network.Encode(level, _pictures[level], training: true).contiguous().cpu();
            ReadOnlySpan<float> all = MemoryMarshal.Cast<byte, float>(code.bytes);
            long step = Math.Max(1, code.shape[0] / PointsClustered);
            List<float> points = [];
            for (long point = 0; point < code.shape[0]; point += step)
            {
                points.AddRange(all.Slice((int)point * MsFcaeNetwork.CodeChannels, MsFcaeNetwork.CodeChannels));
            }

            float[] centres = KMeans.Centres(CollectionsMarshal.AsSpan(points), MsFcaeNetwork.CodeChannels, MsFcaeNetwork.Clusters, random);
            string name = MsFcaeNetwork.CentresName(level);
            TensorArrays.Into(
                new Dictionary<string, WeightArray> { [name] = new([MsFcaeNetwork.Clusters, MsFcaeNetwork.CodeChannels], centres) },
                name,
                Network.Tensors[name]);
        }

        return true;
    }
}

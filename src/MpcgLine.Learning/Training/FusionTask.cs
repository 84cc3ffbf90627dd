using MpcgLine.Inspection.Difference;
using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Inspection.Tiling;
using MpcgLine.Learning.Datasets;
using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.Learning.Training;

/// <summary>
/// Trains the fusion on good tiles with rendered training defects, the trained reconstruction standing fixed before
/// it: cross entropy plus Dice, on cells of 4 x 4 px. (In one short probe, one seed and
/// 360 steps, it found more cells than focal loss did.) To these come the hardest examples, as in online hard example
/// mining (Shrivastava et al., CVPR 2016): a part is rejected for its one highest score, and a small defect has few cells,
/// so that in a mean over all cells either counts for next to nothing. Defects that are missed count once more on parts with
/// a layout only: on a texture they are those that nobody can tell from it, and pressing on them made sound fabric suspect.
/// </summary>
internal sealed class FusionTask : ITrainingTask
{
    // Logit of one defective cell in fifty.
    private const float RareDefect = -3.9f;

    // A cell counts as defective from this covered share on; what is covered less, or lies next to a defective cell,
    // is neither, so that the network is not punished for where a border falls within a cell.
    private const double DefectiveShare = 0.25;

    // Of each tile's cells, so many of the clean ones with the highest scores count once more.
    private const double HardestShare = 1.5e-3, HardestWeight = 0.05;

    // Defective cells count once more as far as no defective cell within so many cells is found. Cells are added to their
    // number, otherwise the few of a nearly clean batch would each count for many.
    private const int FoundReach = 3, AddedCells = 200;
    private const double MissedWeight = 0.3;

    private readonly MarredTiles _tiles, _heldOut;
    private readonly ReconstructionModel _reconstruction;
    private readonly RegionalAnalysis _regionalAnalysis;
    private readonly FusionFeatures _features;
    private readonly ProcessorFusionInput? _processorInput;
    private readonly bool _countsMissed;
    private readonly FusionMaps _maps;

    // Each tile of a step has to be reconstructed, which costs more than the variety of more tiles brings; where the fusion sees
    // the tile alone, more of them cost next to nothing: RESULTS.md, "What was tried" on magnetic tiles.
    private readonly bool _drawsWindows;

    public FusionTask(
        TileSampler sampler,
        TileSampler heldOut,
        TrainingOptions options,
        Device device,
        ReconstructionModel reconstruction,
        float grayScale)
    {
        _countsMissed = !options.Flips;
        _maps = options.Maps;
        Device? copies = device.type == DeviceType.CPU ? null : device;
        _drawsWindows = _maps == FusionMaps.Tile;
        int batch = _drawsWindows ? TileWindows.PerTile * options.Batch : options.Batch;
        _tiles = new MarredTiles(sampler, options, batch, copies);
        _heldOut = new MarredTiles(heldOut, options, batch, copies);
        _reconstruction = reconstruction;
        _regionalAnalysis = new RegionalAnalysis(device);
        _features = new FusionFeatures(options.Maps, grayScale, device);
        _processorInput = device.type == DeviceType.CPU
            ? new ProcessorFusionInput(options.Maps, grayScale, options.ElementType, _tiles.Count)
            : null;
        Network = new TrainableNetwork(FusionLayers.Shapes(options.Maps), options.ElementType, new Random(unchecked((int)options.Seed + 1)), RareDefect, device);
    }

    /// <inheritdoc/>
    public string Name => "fusion";

    /// <inheritdoc/>
    public TrainableNetwork Network { get; }

    /// <inheritdoc/>
    public double Rate => 3e-3;

    /// <inheritdoc/>
    public double WeightDecay => 1e-2;

    /// <summary>Tiles that a step draws.</summary>
    internal int Tiles => _tiles.Count;

    /// <inheritdoc/>
    public Tensor Loss(Random random, Random? next) => Loss(random, next, _tiles, training: true);

    /// <inheritdoc/>
    public Tensor ValidationLoss(Random random)
    {
        using IDisposable noGradient = no_grad();
        return Loss(random, next: null, _heldOut, training: false);
    }

    private Tensor Loss(Random random, Random? next, MarredTiles marred, bool training)
    {
        marred.Draw(random, next);
        TileWindows windows = _drawsWindows ? TileWindows.Draw(random, marred.Places) : TileWindows.Around(marred.Places);
        Tensor input, defective, clean;
        using (no_grad())
        {
            input = windows.Cut(Input(marred.Marred, _drawsWindows ? null : Background(marred.Marred)));
            (defective, clean) = Target(marred.Masks.to(ScalarType.Float32), windows);
        }

        Tensor scores = Scores(input, training);
        Tensor probability = scores.sigmoid();
        Tensor missing = nn.functional.softplus(-scores) * defective, firing = nn.functional.softplus(scores) * clean;
        Tensor loss = (missing + firing).mean() + Dice(probability, defective, clean) + (HardestWeight * Hardest(firing));
        return _countsMissed ? loss + (MissedWeight * Missed(missing, probability, defective)) : loss;
    }

    /// <summary>What both networks make of held-out tiles with training defects: tile, reconstruction and suspicion of each, one after another.</summary>
    /// <param name="random">What they are drawn from.</param>
    /// <param name="most">Tiles, where a batch has as many.</param>
    /// <returns>Pictures as large as the tiles; suspicion from black, sound, to white, defective.</returns>
    public IReadOnlyList<GrayImage> Samples(Random random, int most)
    {
        using IDisposable noGradient = no_grad();
        _heldOut.Draw(random);
        Tensor tiles = _heldOut.Marred.narrow(0, 0, Math.Min(most, _heldOut.Count));
        Tensor background = Background(tiles);
        Tensor scores = Scores(LibraryInput(tiles, background), training: false);
        Tensor suspicion = nn.functional.interpolate(scores.sigmoid() * 255, scale_factor: [TileRowFindings.ScoreCell, TileRowFindings.ScoreCell]);
        int size = (int)tiles.shape[^1];
        Tensor[] maps = [tiles, background.round(), suspicion];
        byte[][] pixels = [.. maps.Select(map => map.to(ScalarType.Byte).contiguous().cpu().bytes.ToArray())];
        return [.. from tile in Enumerable.Range(0, (int)tiles.shape[0])
                   from map in pixels
                   select new GrayImage(size, size, map[(tile * size * size)..((tile + 1) * size * size)])];
    }

    /// <summary>
    /// Of the windows' cells, weights of the defective ones, 1 on average, and 1 where a cell is clean; both <c>[N, 1, h/4, w/4]</c>,
    /// and 0 elsewhere. Made of whole tiles: what lies just beyond a window counts as near.
    /// </summary>
    private static (Tensor Defective, Tensor Clean) Target(Tensor masks, TileWindows windows)
    {
        Tensor share = nn.functional.avg_pool2d(masks.gt(0).to(ScalarType.Float32), TileRowFindings.ScoreCell);
        Tensor near = windows.Cut(nn.functional.max_pool2d(share.gt(0).to(ScalarType.Float32), 3, 1, 1));
        Tensor defective = windows.Cut(share).ge(DefectiveShare).to(ScalarType.Float32);
        Tensor weights = windows.Cut(nn.functional.max_pool2d(masks, TileRowFindings.ScoreCell)) * defective;
        return (weights * defective.sum() / weights.sum().clamp_min(1), 1 - near.maximum(defective));
    }

    /// <summary>
    /// Reconstruction of a batch, tile by tile, as in inference: the model has a faster way for a single tile. Each is copied, for the
    /// model overwrites it at the next.
    /// </summary>
    private Tensor Background(Tensor tiles) =>
        cat([.. Enumerable.Range(0, (int)tiles.shape[0]).Select(tile => _reconstruction.Reconstruct(tiles.narrow(0, tile, 1)).clone())]);

    /// <summary>What the network reads of a batch; on the processor overwritten by the next call: backward has to have run before it.</summary>
    private Tensor Input(Tensor tiles, Tensor? background) => _processorInput is { } input
        ? input.Stack(tiles, background, Change(tiles, background)?.contiguous())
        : LibraryInput(tiles, background);

    /// <summary>The same by the library's operations, on any device and for any number of tiles.</summary>
    private Tensor LibraryInput(Tensor tiles, Tensor? background)
    {
        Tensor levels = tiles.to(ScalarType.Float32);
        return Network.Enter(_features.Stack(levels, background, Change(levels, background)));
    }

    private Tensor? Change(Tensor tiles, Tensor? background) =>
        _maps.HasFlag(FusionMaps.RegionalChange) ? _regionalAnalysis.Change(tiles.to(ScalarType.Float32), background!) : null;

    private Tensor Scores(Tensor input, bool training) =>
        FusionLayers.Forward(input, (index, x) => Network.RunLayer(index, x, training)).to(ScalarType.Float32);

    private static Tensor Dice(Tensor probability, Tensor defective, Tensor clean)
    {
        Tensor right = (probability * defective).sum();
        return 1 - (((2 * right) + 1) / (right + (probability * clean).sum() + defective.sum() + 1));
    }

    /// <summary>Mean cross entropy of each tile's hardest clean cells, a scalar.</summary>
    /// <param name="firing">Cross entropy of the clean cells, <c>[N, 1, H/4, W/4]</c>, 0 elsewhere.</param>
    internal static Tensor Hardest(Tensor firing)
    {
        Tensor perTile = firing.flatten(1);
        int count = Math.Max(1, (int)(perTile.shape[1] * HardestShare));
        return perTile.topk(count, 1).values.mean();
    }

    /// <summary>Mean cross entropy of the defective cells as far as no defective cell near them is found, a scalar.</summary>
    /// <param name="missing">Cross entropy of the defective cells, <c>[N, 1, H/4, W/4]</c>, 0 elsewhere.</param>
    /// <param name="probability">Of a defect, the same shape.</param>
    /// <param name="defective">Weights of the defective cells, the same shape, 0 elsewhere.</param>
    internal static Tensor Missed(Tensor missing, Tensor probability, Tensor defective)
    {
        Tensor missed, cells;
        using (no_grad())
        {
            Tensor isDefective = defective.gt(0).to(ScalarType.Float32);
            missed = 1 - nn.functional.max_pool2d(probability * isDefective, (2 * FoundReach) + 1, 1, FoundReach);
            cells = isDefective.sum() + AddedCells;
        }

        return (missing * missed).sum() / cells;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Network.Dispose();
        _regionalAnalysis.Dispose();
        _features.Dispose();
        _processorInput?.Dispose();
        _tiles.Dispose();
        _heldOut.Dispose();
    }
}

using System.Runtime.InteropServices;
using MpcgLine.Inspection.Difference;
using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Inspection.Tiling;
using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.Inspection;

/// <summary>
/// The inference stage: upload, reconstruct, compare, fuse, download, a batch at a time. Tensors never leave it.
/// Created, used and disposed on the inference thread.
/// </summary>
/// <remarks>
/// No operation here makes a temporary <see cref="Scalar"/> (the collector may free it under the native call and
/// falsify a verdict): constants are tensors or scalars held in fields.
/// </remarks>
public sealed class TileInspector : ITileInspector, IDisposable
{
    private const int TilePixels = TileRowFindings.TileSize * TileRowFindings.TileSize;

    private readonly Device _device;
    private readonly Tensor _stagedTiles;
    private readonly Tensor _stagedInspected;
    private readonly Scalar _mostResidual = 127.ToScalar();
    private readonly Scalar _leastResidual = (-127).ToScalar();
    private readonly ReconstructionModel _reconstruction;
    private readonly RegionalAnalysis _regionalAnalysis;
    private readonly ProcessorRegionalAnalysis? _processorAnalysis;
    private readonly IFusion _fusion;
    private readonly StepTimes? _times;

    /// <summary>
    /// Builds the stage from a proven bundle and lets it inspect its golden tiles once.
    /// </summary>
    /// <param name="bundle">A calibrated bundle.</param>
    /// <param name="options">Where and how the networks run.</param>
    /// <param name="times">Marked step by step, for measuring; null, as in production, for none.</param>
    /// <exception cref="ModelException">
    /// The bundle is not calibrated, the device is not there, or a golden tile's answer differs from the one recorded.
    /// </exception>
    public TileInspector(ModelBundle bundle, InferenceOptions options, StepTimes? times = null)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.BatchTiles, 1);
        _times = times;
        _device = InferenceDevices.Select(options.Device);
        if (options.Threads > 0)
        {
            set_num_threads(options.Threads);
        }

        ModelCalibration calibration = bundle.Manifest.Calibration
            ?? throw new ModelException($"{bundle.Manifest.Name} is not calibrated: run `mpcgline calibrate` on good images first.");
        ScalarType precision = Precisions.Select(options.Precision, options.Device);
        MaxTiles = options.BatchTiles;
        _stagedTiles = Staging(MaxTiles);
        _stagedInspected = Staging(MaxTiles);
        _regionalAnalysis = new RegionalAnalysis(_device);
        _processorAnalysis = _device.type == DeviceType.CPU ? new ProcessorRegionalAnalysis() : null;

        Dictionary<string, Tensor> weights = ModelBundle.ToTensors(bundle.Reconstruction);
        _reconstruction = new ReconstructionModel(bundle.Manifest.Architecture.Width, weights, precision, _device);
        DisposeAll(weights);
        weights = ModelBundle.ToTensors(bundle.Fusion);
        var learned = new LearnedFusion(bundle.Manifest.Fusion.Maps, bundle.Manifest.Fusion.GrayScale, calibration.Threshold, weights, precision, _device, times);
        DisposeAll(weights);

        _fusion = learned;
        try
        {
            ProveGoldenTiles(bundle, learned);
        }
        catch
        {
            Dispose();
            throw;
        }

        if (options.Fusion == FusionKind.Paper)
        {
            learned.Dispose();
            _fusion = new PaperFusion(calibration.Epsilon, _device, times);
        }
    }

    /// <inheritdoc/>
    public int MaxTiles { get; }

    /// <inheritdoc/>
    public Span<byte> Tile(int index) => _stagedTiles.bytes.Slice(index * TilePixels, TilePixels);

    /// <inheritdoc/>
    public Span<byte> Inspected(int index) => _stagedInspected.bytes.Slice(index * TilePixels, TilePixels);

    /// <inheritdoc/>
    /// <exception cref="ModelException">A layer could not be run, or the networks gave something that is not a number: the tiles are not inspected.</exception>
    public void Inspect(int tileCount, TileRowFindings findings)
    {
        ArgumentNullException.ThrowIfNull(findings);
        ArgumentOutOfRangeException.ThrowIfLessThan(tileCount, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(tileCount, MaxTiles);
        using IDisposable inference = inference_mode();
        findings.TileCount = tileCount;
        // On a processor one tile at a time: the library adds in another order in another batch, and a verdict must
        // not hang on which tiles were inspected together. On a GPU the batch is what makes it fast.
        int step = _device.type == DeviceType.CUDA ? tileCount : 1;
        for (int first = 0; first < tileCount; first += step)
        {
            using DisposeScope scope = NewDisposeScope();
            TileBatch batch = Compare(first, step);
            CopyMaps(batch, findings);
            _times?.Mark(InspectionStep.Maps);
            _fusion.Fuse(batch, findings);
        }

        for (int tile = 0; tile < tileCount; tile++)
        {
            RequireNumbers(findings.Changes(tile), "change of the DCT feature", tile);
            RequireNumbers(findings.Scores(tile), "score", tile);
        }

        _times?.Mark(InspectionStep.Checks);
    }

    /// <summary>
    /// NaN compares as sound, so a network that overflowed would pass everything. Negative infinity is the score of
    /// what is not inspected.
    /// </summary>
    private static void RequireNumbers(ReadOnlySpan<float> values, string what, int tile)
    {
        foreach (float value in values)
        {
            if (float.IsNaN(value) || float.IsPositiveInfinity(value))
            {
                throw new ModelException($"The {what} of staged tile {tile} is {value}: the networks' arithmetic overflowed, nothing can be said of the tile.");
            }
        }
    }

    /// <summary>Uploads staged tiles and makes every map the fusions read; inside the caller's dispose scope.</summary>
    private TileBatch Compare(int first, int count)
    {
        Tensor tiles = _stagedTiles.narrow(0, first, count).to(_device);
        Tensor inspected = _stagedInspected.narrow(0, first, count).to(_device);
        _times?.Mark(InspectionStep.Upload);
        Tensor reconstruction = _reconstruction.Reconstruct(tiles);
        _times?.Mark(InspectionStep.Reconstruction);
        Tensor change = _processorAnalysis?.Change(tiles, reconstruction) ?? _regionalAnalysis.Change(tiles.to(ScalarType.Float32), reconstruction);
        _times?.Mark(InspectionStep.RegionalAnalysis);
        return new TileBatch(first, count, tiles, reconstruction, change, inspected, _stagedInspected);
    }

    private void CopyMaps(in TileBatch batch, TileRowFindings findings)
    {
        if (_device.type == DeviceType.CPU)
        {
            ProcessorResidual.Write(batch.Tiles, batch.Reconstruction, findings.Residual(batch.First));
        }
        else
        {
            CopyResidual(batch, findings);
        }

        Tensor perPatch = batch.Change.cpu().contiguous();
        ReadOnlySpan<float> changes = MemoryMarshal.Cast<byte, float>(perPatch.bytes);
        for (int i = 0; i < batch.Count; i++)
        {
            Span<float> target = findings.Changes(batch.First + i);
            changes.Slice(i * target.Length, target.Length).CopyTo(target);
        }
    }

    private void CopyResidual(in TileBatch batch, TileRowFindings findings)
    {
        // In place: a map has a megabyte, and its memory costs as much as the arithmetic.
        Tensor residual = batch.Tiles.to(ScalarType.Float32).sub(batch.Reconstruction).clamp_(_leastResidual, _mostResidual)
            .round_().to(ScalarType.Int8).cpu().contiguous();
        ReadOnlySpan<sbyte> values = MemoryMarshal.Cast<byte, sbyte>(residual.bytes);
        for (int i = 0; i < batch.Count; i++)
        {
            values.Slice(i * TilePixels, TilePixels).CopyTo(findings.Residual(batch.First + i));
        }
    }

    /// <summary>
    /// Golden tiles for a freshly trained bundle, answered in single precision on the processor.
    /// </summary>
    /// <param name="bundle">Calibrated.</param>
    /// <param name="tiles">Tiles of <c>[512, 512]</c> gray levels.</param>
    public static IReadOnlyList<GoldenTile> MakeGoldenTiles(ModelBundle bundle, IEnumerable<byte[]> tiles)
    {
        ArgumentNullException.ThrowIfNull(tiles);
        using var inspector = new TileInspector(bundle, new InferenceOptions { Precision = Precision.Float32, BatchTiles = 1 });
        var golden = new List<GoldenTile>();
        foreach (byte[] tile in tiles)
        {
            tile.CopyTo(inspector.Tile(0));
            inspector.Inspected(0).Fill(1);
            golden.Add(inspector.Answer((LearnedFusion)inspector._fusion));
        }

        return golden;
    }

    private void ProveGoldenTiles(ModelBundle bundle, LearnedFusion learned)
    {
        for (int i = 0; i < bundle.GoldenTiles.Count; i++)
        {
            GoldenTile golden = bundle.GoldenTiles[i];
            golden.Tile.CopyTo(Tile(0));
            Inspected(0).Fill(1);
            GoldenTile now = Answer(learned);
            Require(golden.BackgroundMeans, now.BackgroundMeans, GoldenTile.MeanTolerance, $"{bundle.Manifest.Name}: golden tile {i}: the background");
            Require(golden.Scores, now.Scores, GoldenTile.ScoreTolerance, $"{bundle.Manifest.Name}: golden tile {i}: the scores");
        }
    }

    /// <summary>What the model says of the first staged tile.</summary>
    private GoldenTile Answer(LearnedFusion learned)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable inference = inference_mode();
        TileBatch batch = Compare(0, 1);
        Tensor means = nn.functional.avg_pool2d(batch.Reconstruction, RegionalAnalysis.PatchSize).cpu().contiguous();
        return new GoldenTile(
            Tile(0).ToArray(),
            MemoryMarshal.Cast<byte, float>(means.bytes).ToArray(),
            MemoryMarshal.Cast<byte, float>(learned.Score(batch).bytes).ToArray());
    }

    /// <summary>
    /// Precisions and processors round differently, here and there by much; wrong arithmetic differs everywhere. So
    /// the root mean square decides, against the spread of the recorded answer.
    /// </summary>
    private static void Require(float[] expected, float[] actual, float floor, string what)
    {
        double mean = expected.Average(e => (double)e), spread = 0, difference = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            spread += (expected[i] - mean) * (expected[i] - mean);
            difference += ((double)expected[i] - actual[i]) * (expected[i] - actual[i]);
        }

        double rms = Math.Sqrt(difference / expected.Length);
        double allowed = floor + (GoldenTile.RelativeTolerance * Math.Sqrt(spread / expected.Length));
        // Written so that NaN fails.
        if (!(rms <= allowed))
        {
            throw new ModelException($"{what} differs from the recorded one by {rms:G4} (root mean square; allowed {allowed:G4}): this machine does not compute what the model was made with.");
        }
    }

    private Tensor Staging(int tiles)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor staging = zeros([tiles, 1, TileRowFindings.TileSize, TileRowFindings.TileSize], ScalarType.Byte);
        return (_device.type == DeviceType.CUDA ? staging.pin_memory() : staging).DetachFromDisposeScope();
    }

    private static void DisposeAll(Dictionary<string, Tensor> tensors)
    {
        foreach (Tensor tensor in tensors.Values)
        {
            tensor.Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _fusion.Dispose();
        _regionalAnalysis.Dispose();
        _processorAnalysis?.Dispose();
        _reconstruction.Dispose();
        _stagedTiles.Dispose();
        _stagedInspected.Dispose();
        _mostResidual.Dispose();
        _leastResidual.Dispose();
    }
}

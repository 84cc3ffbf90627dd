using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MpcgLine.Inspection.Difference;
using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Inspection.Reconstruction.Native;
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
    private readonly Device _device;
    private readonly GpuBatches? _gpu;
    private readonly StagedTiles? _staged;
    private readonly (Tensor Tile, Tensor Inspected)[] _stagedViews = [];
    private readonly Scalar _mostResidual = 127.ToScalar();
    private readonly Scalar _leastResidual = (-127).ToScalar();
    private readonly IReconstruction _reconstruction;
    private readonly RegionalAnalysis _regionalAnalysis;
    private readonly ProcessorRegionalAnalysis? _processorAnalysis;
    private readonly IFusion _fusion;
    private readonly StepTimes? _times;

    // Where both networks run by handle no tensor is left after a tile, and none is made that could ask for a gradient: neither a
    // dispose scope nor inference mode is needed, which are objects of their own.
    private readonly bool _leavesNothing;

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

        if (_device.type == DeviceType.CUDA)
        {
            CudnnSettings.PreferFastestDeterministic();
            CudaGraph.UseOwnStream(_device.index);
        }

        ModelCalibration calibration = bundle.Manifest.Calibration
            ?? throw new ModelException($"{bundle.Manifest.Name} is not calibrated: run `mpcgline calibrate` on good images first.");
        ScalarType precision = Precisions.Select(options.Precision, options.Device);
        IReadOnlyDictionary<string, ActivationRange>? ranges = null;
        if (options.Precision == Precision.Int8)
        {
            RequireBytes(options.Device);
            ranges = options.ActivationRanges ?? throw new ModelException("Precision Int8 needs the ranges of what the layers give.");
        }

        MaxTiles = options.BatchTiles;
        _regionalAnalysis = new RegionalAnalysis(_device);
        try
        {
            double width = bundle.Manifest.Architecture.Width;
            _reconstruction = FromTensors<IReconstruction>(
                bundle.Reconstruction,
                weights => ranges is not null || (_device.type == DeviceType.CPU && DirectLayer.AreFastest(precision))
                    ? new DirectReconstruction(width, weights, ranges, precision)
                    : new ReconstructionModel(width, weights, precision, _device));
            LearnedFusion learned = FromTensors(
                bundle.Fusion,
                weights => new LearnedFusion(bundle.Manifest.Fusion.Maps, bundle.Manifest.Fusion.GrayScale, calibration.Threshold, weights, precision, _device, times));
            _fusion = learned;
            if (_device.type == DeviceType.CPU)
            {
                _leavesNothing = _reconstruction.RunsByHandle && learned.RunsByHandle;
                _processorAnalysis = new ProcessorRegionalAnalysis();
                _staged = new StagedTiles(MaxTiles, pinned: false);
                _stagedViews = [.. Enumerable.Range(0, MaxTiles).Select(_staged.View)];
            }

            ProveGoldenTiles(bundle, learned);
            if (options.Fusion == FusionKind.Paper)
            {
                learned.Dispose();
                _fusion = new PaperFusion(calibration.Epsilon, _device, times);
            }

            if (_device.type == DeviceType.CUDA)
            {
                _gpu = new GpuBatches(MaxTiles, _device, InspectOnGpu, _fusion, options.UseCudaGraph, times);
                ProveBatches(_gpu, bundle.GoldenTiles.Count > 0 ? bundle.GoldenTiles[0].Tile : Ramp());
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Whether the autoencoder runs by direct convolutions, not by the tensor library's.</summary>
    internal bool RunsByDirectConvolutions => _reconstruction is DirectReconstruction;

    private StagedTiles Staged => _gpu is { } gpu ? gpu.Staged : _staged!;

    /// <inheritdoc/>
    public int MaxTiles { get; }

    /// <inheritdoc/>
    public bool WorksInBackground => _gpu is not null;

    /// <inheritdoc/>
    public Span<byte> Tile(int index) => Staged.Tile(index);

    /// <inheritdoc/>
    public Span<byte> Inspected(int index) => Staged.Inspected(index);

    /// <inheritdoc/>
    public void MarkWhollyInspected(int index) => Staged.MarkWhollyInspected(index);

    /// <inheritdoc/>
    public void MarkOutside(int index) => Staged.MarkOutside(index);

    /// <inheritdoc/>
    /// <exception cref="ModelException">A layer could not be run, or the networks gave something that is not a number: the tiles are not inspected.</exception>
    public void Inspect(int tileCount, TileRowFindings findings)
    {
        Begin(tileCount, findings);
        Finish();
    }

    /// <inheritdoc/>
    /// <exception cref="ModelException">As from <see cref="Inspect"/>.</exception>
    public void Begin(int tileCount, TileRowFindings findings)
    {
        ArgumentNullException.ThrowIfNull(findings);
        ArgumentOutOfRangeException.ThrowIfLessThan(tileCount, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(tileCount, MaxTiles);
        findings.TileCount = tileCount;
        findings.Threshold = _fusion.Threshold;

        // Tiles outside are left out on a processor only: a batch of a GPU takes the same time, whatever is in it.
        if (_gpu is { } gpu)
        {
            gpu.Begin(tileCount, findings);
            _times?.Mark(InspectionStep.Upload);
            return;
        }

        // One tile at a time: the library adds in another order in another batch, and a verdict must not hang on which
        // tiles were inspected together.
        using IDisposable? inference = _leavesNothing ? null : inference_mode();
        for (int tile = 0; tile < tileCount; tile++)
        {
            if (Staged.IsOutside(tile))
            {
                findings.MarkOutside(tile);
                continue;
            }

            using DisposeScope? scope = _leavesNothing ? null : NewDisposeScope();
            InspectOnProcessor(tile, findings);
        }

        RequireNumbers(findings, tileCount);
    }

    /// <inheritdoc/>
    /// <exception cref="ModelException">As from <see cref="Inspect"/>.</exception>
    public void Finish()
    {
        if (_gpu is { } gpu)
        {
            (TileRowFindings findings, int count) = gpu.Finish();
            RequireNumbers(findings, count);
        }
    }

    private void RequireNumbers(TileRowFindings findings, int tileCount)
    {
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
        Vector512<float> limit = Vector512.Create(float.PositiveInfinity);
        foreach (Vector512<float> sixteen in MemoryMarshal.Cast<float, Vector512<float>>(values))
        {
            // Written so that NaN fails.
            if (!Vector512.LessThanAll(sixteen, limit))
            {
                throw new ModelException($"A {what} of staged tile {tile} is not a finite number: the networks' arithmetic overflowed, nothing can be said of the tile.");
            }
        }
    }

    /// <summary>One staged tile; inside the caller's dispose scope unless the networks leave nothing.</summary>
    private void InspectOnProcessor(int tile, TileRowFindings findings)
    {
        (Tensor staged, Tensor inspected) = _stagedViews[tile];
        _times?.Mark(InspectionStep.Upload);
        TileBatch batch = Compare(staged, inspected);
        ProcessorResidual.Write(batch.Tiles, batch.Reconstruction, findings.Residual(tile));
        batch.Change.Singles().CopyTo(findings.Changes(tile));
        _times?.Mark(InspectionStep.Maps);
        _fusion.FuseOnProcessor(batch, tile, findings);
    }

    /// <summary>A whole batch up to what is brought back, inside the caller's dispose scope; nothing here waits for the GPU.</summary>
    private GpuMaps InspectOnGpu(Tensor tiles, Tensor inspected)
    {
        TileBatch batch = Compare(tiles, inspected);
        // In place: a map has a megabyte per tile, and its memory costs as much as the arithmetic.
        Tensor residual = tiles.to(ScalarType.Float32).sub_(batch.Reconstruction).clamp_(_leastResidual, _mostResidual)
            .round_().to(ScalarType.Int8);
        return new GpuMaps(residual, batch.Change, _fusion.FuseOnGpu(batch));
    }

    /// <summary>Makes every map the fusions read; inside the caller's dispose scope unless the networks leave nothing.</summary>
    private TileBatch Compare(Tensor tiles, Tensor inspected)
    {
        Tensor reconstruction = _reconstruction.Reconstruct(tiles);
        _times?.Mark(InspectionStep.Reconstruction);
        Tensor change = _processorAnalysis?.Change(tiles, reconstruction) ?? _regionalAnalysis.Change(tiles.to(ScalarType.Float32), reconstruction);
        _times?.Mark(InspectionStep.RegionalAnalysis);
        return new TileBatch(tiles, reconstruction, change, inspected);
    }

    /// <summary>
    /// Golden tiles for a freshly trained bundle, answered in single precision on the processor.
    /// </summary>
    /// <param name="bundle">Calibrated.</param>
    /// <param name="tiles">Tiles of <c>[512, 512]</c> gray levels; taken over.</param>
    public static IReadOnlyList<GoldenTile> MakeGoldenTiles(ModelBundle bundle, IEnumerable<byte[]> tiles)
    {
        ArgumentNullException.ThrowIfNull(tiles);
        using var inspector = new TileInspector(bundle, new InferenceOptions { Precision = Precision.Float32, BatchTiles = 1 });
        var golden = new List<GoldenTile>();
        foreach (byte[] tile in tiles)
        {
            golden.Add(inspector.Answer(tile, (LearnedFusion)inspector._fusion));
        }

        return golden;
    }

    private static void RequireBytes(InferenceDevice device)
    {
        if (device != InferenceDevice.Cpu)
        {
            throw new ModelException("Precision Int8 is the processor's: on a GPU take Float16.");
        }

        if (Precisions.WhyNoInt8() is { } reason)
        {
            throw new ModelException($"Precision Int8 can't be run here: {reason}. Take another precision.");
        }
    }

    private void ProveGoldenTiles(ModelBundle bundle, LearnedFusion learned)
    {
        for (int i = 0; i < bundle.GoldenTiles.Count; i++)
        {
            GoldenTile golden = bundle.GoldenTiles[i];
            GoldenTile now = Answer(golden.Tile, learned);
            Require(golden.BackgroundMeans, now.BackgroundMeans, GoldenTile.MeanTolerance, $"{bundle.Manifest.Name}: golden tile {i}: the background");
            Require(golden.Scores, now.Scores, GoldenTile.ScoreTolerance, $"{bundle.Manifest.Name}: golden tile {i}: the scores");
        }
    }

    /// <summary>
    /// Golden tiles prove the networks; this, that a batch gets what is staged for it and no other: two batches under way at
    /// once are to say the same of a tile as operations started one by one.
    /// </summary>
    private void ProveBatches(GpuBatches batches, byte[] tile)
    {
        byte[][] tiles = [tile, [.. tile.Reverse()]];
        using GpuBatches plain = new(MaxTiles, _device, InspectOnGpu, _fusion, useGraph: false, times: null);
        TileRowFindings[] expected = Run(plain, tiles), actual = Run(batches, tiles);
        for (int i = 0; i < tiles.Length; i++)
        {
            string what = $"batch {i} on the GPU:";
            Require(expected[i].Changes(0).ToArray(), actual[i].Changes(0).ToArray(), GoldenTile.ScoreTolerance, $"{what} the change of the DCT feature");
            Require(expected[i].Scores(0).ToArray(), actual[i].Scores(0).ToArray(), GoldenTile.ScoreTolerance, $"{what} the scores");
            Require(Levels(expected[i].Residual(0)), Levels(actual[i].Residual(0)), GoldenTile.ScoreTolerance, $"{what} the residual");
        }
    }

    private static byte[] Ramp() =>
        [.. Enumerable.Range(0, TileRowFindings.TileSize * TileRowFindings.TileSize).Select(i => (byte)(i / TileRowFindings.TileSize / 2))];

    private static TileRowFindings[] Run(GpuBatches batches, byte[][] tiles)
    {
        TileRowFindings[] findings = [.. tiles.Select(_ => new TileRowFindings(1))];
        for (int i = 0; i < tiles.Length; i++)
        {
            tiles[i].CopyTo(batches.Staged.Tile(0));
            batches.Staged.MarkWhollyInspected(0);
            batches.Begin(1, findings[i]);
        }

        foreach (byte[] _ in tiles)
        {
            batches.Finish();
        }

        return findings;
    }

    private static float[] Levels(ReadOnlySpan<sbyte> residual)
    {
        float[] levels = new float[residual.Length];
        for (int i = 0; i < levels.Length; i++)
        {
            levels[i] = residual[i];
        }

        return levels;
    }

    /// <summary>What the model says of a tile.</summary>
    private GoldenTile Answer(byte[] tile, LearnedFusion learned)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable inference = inference_mode();
        // In a batch of the size that will be inspected: cudnn chooses its algorithms by it.
        using StagedTiles staged = new(_device.type == DeviceType.CUDA ? MaxTiles : 1, pinned: false);
        tile.CopyTo(staged.Tile(0));
        Tensor tiles = staged.Tiles.to(_device);
        TileBatch batch = Compare(tiles, ones_like(tiles));
        Tensor means = nn.functional.avg_pool2d(batch.Reconstruction.narrow(0, 0, 1), RegionalAnalysis.PatchSize).cpu().contiguous();
        float[] scores = new float[TileRowFindings.ScoreSize * TileRowFindings.ScoreSize];
        learned.ScoreFirst(batch, scores);
        return new GoldenTile(tile, means.Singles().ToArray(), scores);
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

    private static T FromTensors<T>(IReadOnlyDictionary<string, WeightArray> weights, Func<Dictionary<string, Tensor>, T> build)
    {
        Dictionary<string, Tensor> tensors = ModelBundle.ToTensors(weights);
        try
        {
            return build(tensors);
        }
        finally
        {
            foreach (Tensor tensor in tensors.Values)
            {
                tensor.Dispose();
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // A constructor that fails has not made all of them.
        _gpu?.Dispose();
        _fusion?.Dispose();
        _regionalAnalysis.Dispose();
        _processorAnalysis?.Dispose();
        _reconstruction?.Dispose();
        foreach ((Tensor tile, Tensor inspected) in _stagedViews)
        {
            tile.Dispose();
            inspected.Dispose();
        }

        _staged?.Dispose();
        _mostResidual.Dispose();
        _leastResidual.Dispose();
    }
}

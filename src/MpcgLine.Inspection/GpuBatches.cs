using System.Runtime.InteropServices;
using MpcgLine.Inspection.Difference;
using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Inspection.Reconstruction.Native;
using MpcgLine.Inspection.Tiling;
using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.Inspection;

/// <summary>
/// Batches on a GPU: while it works on one, the next is staged, and what came back of the one before is read. It always
/// works on whole batches, so that what is said of a tile does not depend on how many came with it. Inference thread only.
/// </summary>
internal sealed class GpuBatches : IDisposable
{
    private const int TilePixels = TileRowFindings.TileSize * TileRowFindings.TileSize;
    private const int TileScores = TileRowFindings.ScoreSize * TileRowFindings.ScoreSize;
    private const int TilePatches = TileRowFindings.PatchCount * TileRowFindings.PatchCount;

    // In the first runs cudnn chooses its algorithms, which can't be captured.
    private const int RunsBeforeCapture = 3;

    private readonly Func<Tensor, Tensor, GpuMaps> _inspect;
    private readonly IFusion _fusion;
    private readonly StepTimes? _times;
    private readonly Tensor _tiles;
    private readonly Tensor _inspected;
    private readonly CudaGraph? _graph;

    // One is staged, or read, while the GPU works on the other.
    private readonly BatchMemory[] _memories;

    // Captured results; of no meaning without a graph.
    private GpuMaps _maps;
    private int _staged;
    private int _unfinished;
    private bool _isBusy;

    /// <summary>Allocates, and prepares the GPU for batches of this size.</summary>
    /// <param name="tiles">Tiles N of a batch.</param>
    /// <param name="device">The GPU; to capture, the thread's current stream must not be the default one.</param>
    /// <param name="inspect">Starts the GPU's part, from tiles and what of them is inspected (both <c>[N, 1, 512, 512]</c> uint8).</param>
    /// <param name="fusion">Does the processor's part; stays the caller's.</param>
    /// <param name="useGraph">Whether to capture a batch's work, where that can be done.</param>
    /// <param name="times">Marked step by step, for measuring; null for none.</param>
    /// <exception cref="ModelException">The GPU failed, or has too little memory.</exception>
    public GpuBatches(
        int tiles, Device device, Func<Tensor, Tensor, GpuMaps> inspect, IFusion fusion, bool useGraph, StepTimes? times)
    {
        _inspect = inspect;
        _fusion = fusion;
        _times = times;
        using IDisposable inference = inference_mode();
        _tiles = zeros([tiles, 1, TileRowFindings.TileSize, TileRowFindings.TileSize], ScalarType.Byte, device).DetachFromDisposeScope();
        _inspected = zeros_like(_tiles).DetachFromDisposeScope();
        bool bringsDefective = false;
        for (int i = 0; i < RunsBeforeCapture; i++)
        {
            using DisposeScope scope = NewDisposeScope();
            bringsDefective = _inspect(_tiles, _inspected).Fused.Defective is not null;
        }

        Synchronize();
        _memories = [new BatchMemory(tiles, bringsDefective), new BatchMemory(tiles, bringsDefective)];
        _graph = useGraph && CudaGraph.IsAvailable ? CudaGraph.Capture(Capture) : null;
    }

    /// <summary>Where the next batch is staged.</summary>
    /// <exception cref="InvalidOperationException">Two batches are unfinished: one of them is read from here.</exception>
    public StagedTiles Staged => _unfinished < _memories.Length
        ? _memories[_staged].Staged
        : throw new InvalidOperationException("Two batches have begun: one has to be finished before a third is staged.");

    /// <summary>Starts the GPU on the staged tiles as soon as it has done the batch before; the other buffers are staged next.</summary>
    /// <param name="count">Tiles staged.</param>
    /// <param name="findings">Written by <see cref="Finish"/>.</param>
    /// <exception cref="InvalidOperationException">Two batches are unfinished.</exception>
    /// <exception cref="ModelException">The GPU failed.</exception>
    public void Begin(int count, TileRowFindings findings)
    {
        if (_unfinished == _memories.Length)
        {
            throw new InvalidOperationException("Two batches have begun: one has to be finished before a third begins.");
        }

        Wait();
        BatchMemory memory = _memories[_staged];
        (memory.Count, memory.Findings) = (count, findings);
        // What never comes back is no number, and nothing passes by it.
        MemoryMarshal.Cast<byte, float>(memory.Change.bytes).Fill(float.NaN);
        _isBusy = true;
        Start(memory);
        _unfinished++;
        _staged = 1 - _staged;
    }

    /// <summary>Waits for the oldest batch begun, and fills its findings. Where no other has begun, its tiles are the staged ones again.</summary>
    /// <returns>The findings, and of how many tiles.</returns>
    /// <exception cref="InvalidOperationException">No batch has begun.</exception>
    /// <exception cref="ModelException">The GPU failed: nothing can be said of the batch.</exception>
    public (TileRowFindings Findings, int Count) Finish()
    {
        if (_unfinished == 0)
        {
            throw new InvalidOperationException("No batch has begun.");
        }

        // Where two are unfinished, the GPU was waited for when the second began.
        bool isNewest = _unfinished == 1;
        if (isNewest)
        {
            Wait();
            _staged = 1 - _staged;
        }

        BatchMemory memory = _memories[_staged];
        TileRowFindings findings = memory.Findings!;
        _unfinished--;
        _times?.Mark(InspectionStep.Upload);
        ReadOnlySpan<sbyte> residual = MemoryMarshal.Cast<byte, sbyte>(memory.Residual.bytes);
        ReadOnlySpan<float> change = MemoryMarshal.Cast<byte, float>(memory.Change.bytes);
        ReadOnlySpan<float> scores = MemoryMarshal.Cast<byte, float>(memory.Scores.bytes);
        ReadOnlySpan<byte> inspected = memory.Staged.InspectedPixels.bytes;
        ReadOnlySpan<byte> defective = memory.Defective is { } pixels ? pixels.bytes : [];
        for (int tile = 0; tile < memory.Count; tile++)
        {
            residual.Slice(tile * TilePixels, TilePixels).CopyTo(findings.Residual(tile));
            change.Slice(tile * TilePatches, TilePatches).CopyTo(findings.Changes(tile));
            _times?.Mark(InspectionStep.Maps);
            _fusion.Complete(
                scores.Slice(tile * TileScores, TileScores),
                defective.IsEmpty ? [] : defective.Slice(tile * TilePixels, TilePixels),
                inspected.Slice(tile * TilePixels, TilePixels),
                tile,
                findings);
        }

        return (findings, memory.Count);
    }

    private void Start(BatchMemory memory)
    {
        try
        {
            using IDisposable inference = inference_mode();
            _tiles.copy_(memory.Staged.Tiles, nonBlocking: true);
            if (memory.Defective is not null)
            {
                // Else the processor decides, and the GPU need not know.
                _inspected.copy_(memory.Staged.InspectedPixels, nonBlocking: true);
            }

            if (_graph is { } graph)
            {
                graph.Replay();
                _maps.CopyTo(memory);
                return;
            }

            using DisposeScope scope = NewDisposeScope();
            _inspect(_tiles, _inspected).CopyTo(memory);
        }
        catch (ExternalException e)
        {
            throw Failed(e);
        }
    }

    private void Capture()
    {
        using DisposeScope scope = NewDisposeScope();
        _maps = _inspect(_tiles, _inspected);
        _maps.Keep();
    }

    private void Wait()
    {
        if (_isBusy)
        {
            _isBusy = false;
            Synchronize();
        }
    }

    /// <summary>Waits until the GPU has done everything; its errors come to light only here, and only when they are asked for.</summary>
    private static void Synchronize()
    {
        try
        {
            cuda.synchronize();
            CheckForErrors();
        }
        catch (ExternalException e)
        {
            throw Failed(e);
        }
    }

    // The rest of libtorch's message is where in its own code it was thrown.
    private static ModelException Failed(ExternalException e) => new($"The GPU failed: {e.Message.Split('\n')[0]}", e);

    /// <inheritdoc/>
    public void Dispose()
    {
        // Memory that a copy still writes to must not be given away; whether it failed matters to nobody any more.
        cuda.synchronize();
        if (_graph is { } graph)
        {
            graph.Dispose();
            _maps.Dispose();
        }

        foreach (BatchMemory memory in _memories)
        {
            memory.Dispose();
        }

        _tiles.Dispose();
        _inspected.Dispose();
    }
}

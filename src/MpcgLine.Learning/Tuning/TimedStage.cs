using System.Diagnostics;
using MpcgLine.Inspection;
using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Inspection.Tiling;
using TorchSharp;

namespace MpcgLine.Learning.Tuning;

/// <summary>The inference stage in one precision, timed turn by turn. Inference thread only.</summary>
internal sealed class TimedStage : IDisposable
{
    /// <summary>Tiles of a turn.</summary>
    public const int Tiles = 4;

    private readonly TileInspector _inspector;
    private readonly TileRowFindings _findings = new(Tiles);

    /// <summary>Opens the stage.</summary>
    /// <param name="bundle">Calibrated.</param>
    /// <param name="inference">Its precision.</param>
    /// <param name="tile">Inspected again and again, <c>[512, 512]</c>.</param>
    /// <exception cref="ModelException">It can't be run in this precision.</exception>
    public TimedStage(ModelBundle bundle, InferenceOptions inference, ReadOnlySpan<byte> tile)
    {
        Precision = inference.Precision;
        _inspector = new TileInspector(bundle, inference with { BatchTiles = Tiles });
        for (int i = 0; i < Tiles; i++)
        {
            tile.CopyTo(_inspector.Tile(i));
            _inspector.MarkWhollyInspected(i);
        }
    }

    /// <summary>Its precision.</summary>
    public Precision Precision { get; }

    /// <summary>Takes a turn, ms per tile.</summary>
    public double Run(int threads)
    {
        torch.set_num_threads(threads);

        // The turn before was another's: caches and threads are not this one's yet.
        _inspector.Inspect(1, _findings);
        long started = Stopwatch.GetTimestamp();
        _inspector.Inspect(Tiles, _findings);
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds / Tiles;
    }

    /// <inheritdoc/>
    public void Dispose() => _inspector.Dispose();
}

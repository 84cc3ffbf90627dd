using System.Diagnostics;
using MpcgLine.Inspection;
using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Inspection.Tiling;

namespace MpcgLine.Service.Demonstration;

/// <summary>What a tile costs on this machine, so that a line rate can be chosen that it sustains.</summary>
internal static class TileCost
{
    private const int Batches = 4;

    /// <summary>Mean time per tile over a few warm batches; the calling thread is the inference thread.</summary>
    public static TimeSpan Measure(ModelBundle bundle, InferenceOptions options)
    {
        using TileInspector inspector = new(bundle, options);
        TileRowFindings findings = new(inspector.MaxTiles);
        inspector.Inspect(inspector.MaxTiles, findings);
        long started = Stopwatch.GetTimestamp();
        for (int i = 0; i < Batches; i++)
        {
            inspector.Inspect(inspector.MaxTiles, findings);
        }

        return Stopwatch.GetElapsedTime(started) / (Batches * inspector.MaxTiles);
    }
}

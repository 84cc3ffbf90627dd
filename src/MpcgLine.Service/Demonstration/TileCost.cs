using System.Diagnostics;
using MpcgLine.Inspection;
using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Inspection.Tiling;

namespace MpcgLine.Service.Demonstration;

/// <summary>What a tile costs on this machine, so that a line rate can be chosen that it sustains.</summary>
internal static class TileCost
{
    private const int Tiles = 12;

    /// <summary>Mean time per tile, one at a time and warm; the calling thread is the inference thread.</summary>
    public static TimeSpan Measure(ModelBundle bundle, InferenceOptions options)
    {
        using TileInspector inspector = new(bundle, options with { BatchTiles = 1 });
        TileRowFindings findings = new(1);
        inspector.Inspect(1, findings);
        long started = Stopwatch.GetTimestamp();
        for (int i = 0; i < Tiles; i++)
        {
            inspector.Inspect(1, findings);
        }

        return Stopwatch.GetElapsedTime(started) / Tiles;
    }
}

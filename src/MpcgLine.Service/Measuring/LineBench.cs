using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using MpcgLine.Devices.Cameras.Bursts;
using MpcgLine.Devices.Cameras.Simulated;
using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Inspection.Verdicts;
using MpcgLine.Service.Commands;
using MpcgLine.Service.Configuration;
using MpcgLine.Service.Workers;

namespace MpcgLine.Service.Measuring;

/// <summary>
/// Runs the production line of <c>run</c>, with all its threads, over panels that lie ready in memory: first as fast as it
/// goes, then paced with a reserve.
/// </summary>
internal static class LineBench
{
    /// <summary>Line rate sustained over line rate run at: a production line has a reserve.</summary>
    public const double Reserve = 1.8;

    // The first panels find cold caches and code that is not yet compiled for good.
    private const int WarmUpPanels = 3;
    private const int FastPanels = 12;

    /// <summary>Measures rate and latency.</summary>
    /// <param name="setup">What runs.</param>
    /// <param name="panels">Panels whose latency is measured.</param>
    /// <param name="linesPerSecond">Line rate at which it is measured; 0: what the line sustains, less a reserve.</param>
    /// <exception cref="CommandException">The line ended by a fault.</exception>
    public static async Task<LineFigures> MeasureAsync(BenchSetup setup, int panels, double linesPerSecond)
    {
        double sustained = await SustainedAsync(setup, Math.Min(FastPanels, panels));
        LineWatch watch = new(WarmUpPanels + panels);
        double rate = linesPerSecond > 0 ? linesPerSecond : sustained / Reserve;
        await RunAsync(setup, rate, WarmUpPanels + panels, watch, new PlcOptions());
        SeenPanel[] seen = [.. watch.Panels.Skip(WarmUpPanels - 1)];
        return LineFigures.Of(setup, sustained, rate, seen, seen[^1].AllocatedBytes - seen[0].AllocatedBytes);
    }

    /// <summary>Lines per second of a camera that waits for the inspection.</summary>
    public static async Task<double> SustainedAsync(BenchSetup setup, int panels)
    {
        LineWatch watch = new(WarmUpPanels + panels);
        await RunAsync(setup, 0, WarmUpPanels + panels, watch, new PlcOptions());
        IReadOnlyList<SeenPanel> seen = watch.Panels;
        long lines = seen.Skip(WarmUpPanels).Sum(panel => (long)panel.Lines);
        return lines / Stopwatch.GetElapsedTime(seen[WarmUpPanels - 1].DecidedAt, seen[^1].DecidedAt).TotalSeconds;
    }

    /// <summary>Runs the line until it has played all panels, or is stopped.</summary>
    /// <param name="setup">What runs.</param>
    /// <param name="linesPerSecond">Line rate; 0 for as fast as it goes.</param>
    /// <param name="panels">Panels to play.</param>
    /// <param name="watch">Told of every panel.</param>
    /// <param name="plc">Whom verdicts are told.</param>
    /// <param name="meanwhile">
    /// Goes on beside the running line, and ends with it; when it ends first, the line is stopped, the panel under way left
    /// uninspected. Null: the line is left alone.
    /// </param>
    public static async Task RunAsync(
        BenchSetup setup, double linesPerSecond, long panels, LineWatch watch, PlcOptions plc, Func<ProductionLine, Task>? meanwhile = null)
    {
        LineOptions options = new()
        {
            Camera = new CameraOptions { LinesPerStrip = BenchSetup.LinesPerStrip, RingStrips = 32, LinesPerSecond = linesPerSecond },
            Inspection = setup.Inspection(),
            Plc = plc,
        };
        InferenceOptions inference = setup.Model.Inference;
        LineSetup line = new(
            options,
            setup.Model.Bundle,
            burstStarted => new SimulatedCamera(setup.Panels, panels, options.Camera.Bursts(), TimeProvider.System, burstStarted),
            [watch],
            new LineCounters())
        {
            // A GPU takes a whole row at once.
            Inference = setup.Device == InferenceDevice.Cuda ? inference with { BatchTiles = setup.TilesPerRow } : inference,
        };
        await using ProductionLine production = new(line, TimeProvider.System, NullLoggerFactory.Instance);
        await production.StartAsync(CancellationToken.None);
        if (meanwhile is not null)
        {
            Task beside = meanwhile(production);
            await Task.WhenAny(beside, production.Ended);
            await production.StopAsync();
            await beside;
        }

        await production.Ended;
        if (production.HasFault)
        {
            throw new CommandException("the production line ended by a fault; `mpcgline demo` with the same model writes a log");
        }
    }
}

/// <summary>What a production line did.</summary>
/// <param name="SustainedLinesPerSecond">With a camera that waits for the inspection.</param>
/// <param name="LinesPerSecond">Line rate at which all that follows was measured.</param>
/// <param name="Panels">Panels measured.</param>
/// <param name="NotInspected">Of these, without being inspected.</param>
/// <param name="Reasons">Why, and how many each.</param>
/// <param name="LatencyMs">From a panel's last line to its verdict, in the PLC's registers where it was written there.</param>
/// <param name="BytesPerStrip">Allocated by the whole program per strip.</param>
/// <param name="BytesPerPanel">The same per panel.</param>
/// <param name="LiveTensors">Fewest tensors alive at a verdict, in the first and in the last half.</param>
/// <param name="Gen2Collections">Collections of the oldest generation.</param>
internal sealed record LineFigures(
    double SustainedLinesPerSecond,
    double LinesPerSecond,
    int Panels,
    int NotInspected,
    IReadOnlyDictionary<NotInspectedReason, int> Reasons,
    Latency LatencyMs,
    double BytesPerStrip,
    double BytesPerPanel,
    FirstAndLast LiveTensors,
    int Gen2Collections)
{
    /// <summary>Figures of all panels but the first, which only tells where they begin.</summary>
    /// <param name="setup">What ran.</param>
    /// <param name="sustained">Line rate sustained.</param>
    /// <param name="rate">Line rate run at.</param>
    /// <param name="seen">Panels in the order of their verdicts, at least three.</param>
    /// <param name="bytes">Allocated meanwhile by the program.</param>
    public static LineFigures Of(BenchSetup setup, double sustained, double rate, IReadOnlyList<SeenPanel> seen, double bytes)
    {
        SeenPanel[] panels = [.. seen.Skip(1)];

        // When the last panel is noted, the line may have ended and its tensors with it.
        long[] tensors = [.. panels.SkipLast(1).Select(panel => panel.LiveTensors)];
        int half = tensors.Length / 2;
        return new LineFigures(
            sustained,
            rate,
            panels.Length,
            panels.Count(panel => !panel.IsInspected),
            panels.Where(panel => !panel.IsInspected).CountBy(panel => panel.NotInspected!.Value).ToDictionary(),
            Latency.Of(panels.Select(panel => panel.LatencyMs)),
            bytes / panels.Length / setup.StripsPerPanel,
            bytes / panels.Length,
            new FirstAndLast(tensors[..(half + 1)].Min(), tensors[half..].Min()),
            seen[^1].Gen2Collections - seen[0].Gen2Collections);
    }
}

/// <summary>Distribution of latencies; a rank beyond the number of panels is their largest.</summary>
internal sealed record Latency(double P50, double P99, double P999, double Max)
{
    public static Latency Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return new Latency(Spread.Rank(sorted, 0.5), Spread.Rank(sorted, 0.99), Spread.Rank(sorted, 0.999), Spread.Rank(sorted, 1));
    }
}

/// <summary>A count early and late in a run.</summary>
internal sealed record FirstAndLast(long First, long Last);

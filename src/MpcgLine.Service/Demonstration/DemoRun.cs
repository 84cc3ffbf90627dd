using System.Globalization;
using Microsoft.Extensions.Logging;
using MpcgLine.Devices.Cameras.Simulated;
using MpcgLine.Devices.Plc;
using MpcgLine.Inspection;
using MpcgLine.Inspection.Difference;
using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Inspection.Stitching;
using MpcgLine.Inspection.Tiling;
using MpcgLine.Inspection.Verdicts;
using MpcgLine.Service.Commands;
using MpcgLine.Service.Configuration;
using MpcgLine.Service.Records;
using MpcgLine.Service.Telemetry;
using MpcgLine.Service.Workers;
using MpcgLine.Simulation;
using Serilog;
using Serilog.Extensions.Logging;
using Spectre.Console;

namespace MpcgLine.Service.Demonstration;

/// <summary>
/// One demonstration: the production line that <c>run</c> runs, over the simulated camera and the simulated PLC, then the
/// same panels under the paper's fusion, off the line, and the summary.
/// </summary>
/// <param name="sequence">The panels.</param>
/// <param name="template">What they have in common.</param>
/// <param name="bundle">The model.</param>
/// <param name="folder">Where everything goes.</param>
/// <param name="withPaper">Whether the paper's fusion is shown beside.</param>
internal sealed class DemoRun(
    PanelSequence sequence, PanelSimulationOptions template, ModelBundle bundle, string folder, bool withPaper)
{
    // A line that just sustains its rate has no reserve.
    private const double Reserve = 1.5;
    private const double MaxLinesPerSecond = 20_000;

    // On a machine too busy for this the line goes on all the same, and shows what it could not inspect: nobody waits
    // ten minutes for a demonstration.
    private const double SlowestSecondsPerMegapixel = 1.6;
    private const int MaxBatchTiles = 8;

    // The liveness token waits for a batch, and the PLC allows the heartbeat 500 ms.
    private static readonly TimeSpan LongestBatch = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LeastDeadline = TimeSpan.FromSeconds(2);

    private readonly TimeProvider _time = TimeProvider.System;

    public async Task<int> RunAsync()
    {
        string overlays = Path.Combine(folder, "overlays");
        Directory.CreateDirectory(overlays);
        LineOptions options = Options();
        Console.WriteLine($"model {bundle.Manifest.Name}; measuring what a tile and a line cost on this machine");
        TimeSpan perTile = await DedicatedThread.Run("tile cost", () => TileCost.Measure(bundle, options.Model.Inference()));
        Pace(options, perTile, await DedicatedThread.Run("simulation cost", () => SimulationCost.PerLine(sequence[0], overlays)));
        DemoBoard board = new(sequence, overlays, _time);
        using Serilog.Core.Logger log = Log(options.Log);
        using SerilogLoggerFactory loggers = new(log);
        // A demonstration stands for itself; only a daemon's records go on from start to start.
        File.Delete(Path.Combine(folder, "verdicts.jsonl"));
        LineCounters counters = new();
        // The board draws the overlays, with what was rendered beside what was found.
        using LineRecords records = new(new OutputOptions { Folder = folder }, counters, _time, loggers.CreateLogger<LineRecords>());
        LineSetup setup = new(
            options,
            bundle,
            burstStarted => new SimulatedCamera(sequence, options.Camera.Bursts(), _time, burstStarted),
            [records, board],
            counters);
        using StopSignals stop = new();
        await using ProductionLine line = new(setup, _time, loggers);
        try
        {
            await line.StartAsync(stop.Token);
        }
        catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
        {
            Console.WriteLine("stopped before the first panel");
            return ExitCode.Done;
        }

        await using (stop.Token.Register(() => _ = line.StopAsync()))
        {
            await board.ShowAsync(line.Ended);
        }

        if (stop.Token.IsCancellationRequested)
        {
            Console.WriteLine($"stopped after {board.Panels.Count} panels");
            return ExitCode.Done;
        }

        PaperFigures? paper = withPaper ? await InspectAgainAsync() : null;
        DemoSummary summary = DemoSummary.Of(board.Panels, line.Plc!.SimulatedPlc!, paper, Ran(options));
        summary.Write(Path.Combine(folder, "summary.json"));
        DemoReport.PrintMismatches(board.Panels, line.Plc.SimulatedPlc!);
        DemoReport.Print(summary, folder);
        bool isKept = !line.HasFault && summary.PlcMismatches == 0 && summary.Panels == sequence.Count;
        return isKept ? ExitCode.Done : ExitCode.Error;
    }

    /// <summary>How simulated panels of a kind are inspected.</summary>
    internal static InspectionOptions InspectionOf(PanelSimulationOptions template) => new()
    {
        PixelPitchXMicrometres = template.PixelPitch.XMicrometres,
        PixelPitchYMicrometres = template.PixelPitch.YMicrometres,
        Edges = new EdgeOptions
        {
            Mode = EdgeMode.Contrast,
            CornerRadiusPixels = template.CornerRadiusPixels,
            PartWidthPixels = template.Width - (2 * template.MarginPixels),
            PartLengthPixels = template.Length - (2 * template.MarginPixels),
        },
        Verdict = new VerdictOptions { Deadline = LeastDeadline },
    };

    private LineOptions Options() => new()
    {
        Camera = new CameraOptions { LinesPerStrip = 128, RingStrips = 32 },
        Inspection = InspectionOf(template),
        Plc = new PlcOptions
        {
            Mode = PlcMode.Simulated,
            Link = new PlcLinkOptions { SessionFile = Path.Combine(folder, "plc-session") },
        },
        Log = new LogOptions { Folder = Path.Combine(folder, "log") },
        Output = new OutputOptions { Folder = folder, Overlays = OverlayChoice.All },
    };

    /// <summary>Sets line rate and deadline to what the machine was measured to sustain.</summary>
    private void Pace(LineOptions options, TimeSpan perTile, TimeSpan perLine)
    {
        TileGrid grid = new(template.Width, template.Length);
        options.Model.BatchTiles = Math.Clamp((int)(LongestBatch / perTile), 1, MaxBatchTiles);
        // The cores share a tile's arithmetic in equal parts: one that renders a panel meanwhile keeps the other waiting.
        TimeSpan perPanel = (grid.Rows * grid.Columns * perTile) + (template.Length * perLine);
        double slowest = 1e6 / (SlowestSecondsPerMegapixel * template.Width);
        options.Camera.LinesPerSecond = Math.Round(Math.Clamp(template.Length / (Reserve * perPanel.TotalSeconds), slowest, MaxLinesPerSecond));

        // The last tile row, one that may be waiting before it, and as much again.
        TimeSpan needed = 4 * grid.Columns * perTile;
        options.Inspection.Verdict.Deadline = needed > LeastDeadline ? needed : LeastDeadline;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{sequence.Count} panels of {template.Width} x {template.Length} px, {perTile.TotalMilliseconds:0} ms per tile, {(template.Length * perLine).TotalMilliseconds:0} ms to simulate a panel: {options.Camera.LinesPerSecond:0} lines/s, deadline {options.Inspection.Verdict.Deadline.TotalSeconds:0.0} s after the last line"));
    }

    private static Serilog.Core.Logger Log(LogOptions options)
    {
        LoggerConfiguration configuration = new();
        LogSetup.Configure(configuration, options, hasConsole: false);
        return configuration.CreateLogger();
    }

    private async Task<PaperFigures> InspectAgainAsync()
    {
        Console.WriteLine("inspecting the same panels again under the paper's fusion (equation 21), off the line");
        return await DedicatedThread.Run("paper fusion", () =>
        {
            using ImageInspection inspection = new(bundle, new InferenceOptions { Fusion = FusionKind.Paper }, new EdgeOptions { Mode = EdgeMode.Contrast, CornerRadiusPixels = template.CornerRadiusPixels });
            return PaperFigures.Of([.. sequence.Select((panel, i) =>
                PanelScore.Of(panel, inspection.Inspect($"panel {i + 1}", panel.Render()).Defects))]);
        });
    }

    private DemoLine Ran(LineOptions options) => new(
        template.Seed,
        template.Width,
        template.Length,
        template.DefectFamily,
        bundle.Manifest.Name,
        options.Camera.LinesPerSecond,
        options.Inspection.Verdict.Deadline.TotalMilliseconds);
}

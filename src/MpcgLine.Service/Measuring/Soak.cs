using MpcgLine.Devices.Plc;
using MpcgLine.Service.Commands;
using MpcgLine.Service.Configuration;
using MpcgLine.Service.Workers;

namespace MpcgLine.Service.Measuring;

/// <summary>
/// Runs the production line for a time and proves it flat. The first quarter is the warm-up; what grows is compared with
/// that quarter's second half. Between two collections the heap holds garbage and during a batch tensors are alive, so
/// these are judged by their lowest samples.
/// </summary>
internal static class Soak
{
    private const double MebiByte = 1 << 20;
    private const int FewestPanels = 16;

    // A shared machine can be twice as fast for a few seconds as it will be for minutes, and a line that is paced by them falls
    // behind later: the slowest of several stretches counts, and the reserve is more than that of a short measurement.
    private const int Stretches = 4, PanelsPerStretch = 24;
    private const double Reserve = 2.5;

    // Half a panel is to hold several samples (SteadyAllocation), however fast it passes.
    private const int SamplesPerHalf = 4;
    private static readonly TimeSpan LongestInterval = TimeSpan.FromMilliseconds(100), ShortestInterval = TimeSpan.FromMilliseconds(5);

    private const double LatencyLimit = 2, ResidentLimit = 8, HeapLimit = 1;

    /// <summary>
    /// Runs the line for <paramref name="duration"/>, and for 16 panels at least, after having measured what rate it sustains.
    /// </summary>
    /// <exception cref="CommandException">The line ended by a fault, or too few panels were inspected to judge anything.</exception>
    public static async Task<SoakFigures> RunAsync(BenchSetup setup, TimeSpan duration)
    {
        double sustained = double.PositiveInfinity;
        for (int stretch = 0; stretch < Stretches; stretch++)
        {
            sustained = Math.Min(sustained, await LineBench.SustainedAsync(setup, PanelsPerStretch));
        }

        double rate = sustained / Reserve;
        int expected = (int)Math.Min(1_000_000, 1 + (duration.TotalSeconds * rate / setup.Template.Length));
        LineWatch panels = new(Math.Max(expected, FewestPanels), FewestPanels);
        TimeSpan halfPanel = TimeSpan.FromSeconds(setup.Template.Length / rate / 2);
        IReadOnlyList<Sample> samples = await SampleAsync(setup, rate, duration, Interval(halfPanel), panels);

        // The line is stopped within a panel, which then is none.
        long begin = panels.Panels.Count > 0 ? panels.Panels[0].DecidedAt : 0;
        long end = panels.Panels.LastOrDefault(panel => panel.IsInspected).DecidedAt;
        long eighth = Math.Max(0, (end - begin) / 8);
        Sample[] Between(int from, int to) =>
            [.. samples.Where(sample => sample.At >= begin + (from * eighth) && sample.At < begin + (to * eighth))];
        Sample[] before = Between(1, 2), later = Between(2, 8), last = Between(6, 8);
        SeenPanel[] after = [.. panels.Panels.Where(panel => panel.DecidedAt >= begin + (2 * eighth) && panel.DecidedAt <= end)];
        if (after.Length < 3 || before.Length == 0 || last.Length == 0)
        {
            throw new CommandException("too few panels were inspected after the first quarter to judge anything");
        }

        Sample[] within = [.. later.Where(sample => sample.At >= after[0].DecidedAt && sample.At <= after[^1].DecidedAt)];
        LineFigures line = LineFigures.Of(setup, sustained, rate, after, within[^1].AllocatedBytes - within[0].AllocatedBytes);
        SteadyAllocation steady = SteadyAllocation.Of(later, after, halfPanel);
        if (steady.PlcCycles == 0)
        {
            throw new CommandException("nothing can be said of what is allocated within a panel: panels passed too quickly, the machine was too busy, or the PLC link was down");
        }

        return new SoakFigures(
            duration.TotalSeconds,
            line,
            later.Max(sample => sample.ResidentBytes) / MebiByte,
            steady,
            [
                new Bar("p99 / p50 of the latency", Spread.Exactly(line.LatencyMs.P99 / line.LatencyMs.P50), LatencyLimit),
                new Bar("growth of resident memory, MiB", Growth(before.Max(s => s.ResidentBytes), later.Max(s => s.ResidentBytes), MebiByte), ResidentLimit),
                new Bar("growth of the managed heap, MiB", Growth(before.Min(s => s.ManagedBytes), last.Min(s => s.ManagedBytes), MebiByte), HeapLimit),
                new Bar("growth of live tensors", Growth(before.Min(s => s.LiveTensors), last.Min(s => s.LiveTensors), 1), 0),
                new Bar("growth of open handles", Growth(before.Min(s => s.Handles), last.Min(s => s.Handles), 1), 0),
                new Bar("gen2 collections", Spread.Exactly(line.Gen2Collections), 0),
                new Bar("panels not inspected", Spread.Exactly(line.NotInspected), 0),
                new Bar("verdicts not acknowledged as given", Spread.Exactly(after.Count(panel => !panel.IsAcknowledged)), 0),
                new Bar("steady bytes per strip", Spread.Exactly(steady.Bytes / (steady.Seconds * rate / BenchSetup.LinesPerStrip)), 0),
                new Bar("steady bytes per PLC cycle", Spread.Exactly((double)steady.Bytes / steady.PlcCycles), 0),
            ]);
    }

    // With the PLC simulated: its handshake is on the way to the verdict.
    private static async Task<IReadOnlyList<Sample>> SampleAsync(
        BenchSetup setup, double rate, TimeSpan duration, TimeSpan interval, LineWatch panels)
    {
        string session = Path.GetTempFileName();
        try
        {
            PlcOptions plc = new() { Mode = PlcMode.Simulated, Link = new PlcLinkOptions { SessionFile = session } };
            IReadOnlyList<Sample> samples = [];
            await LineBench.RunAsync(setup, rate, long.MaxValue, panels, plc, async line =>
            {
                PlcCounters counters = line.Plc!.Link.Counters;
                MemoryWatch memory = new(duration, interval, () => counters[PlcCounter.Cycles]);
                using CancellationTokenSource stop = new();
                Task watching = DedicatedThread.Run("memory watch", () => memory.Run(stop.Token));
                await Task.WhenAny(Task.WhenAll(Task.Delay(duration), panels.Enough), line.Ended, watching);
                await stop.CancelAsync();
                await watching;
                samples = memory.Samples;
            });
            return samples;
        }
        finally
        {
            File.Delete(session);
        }
    }

    private static TimeSpan Interval(TimeSpan halfPanel) =>
        TimeSpan.FromTicks(Math.Clamp(halfPanel.Ticks / SamplesPerHalf, ShortestInterval.Ticks, LongestInterval.Ticks));

    private static Spread Growth(long before, long after, double unit) => Spread.Exactly((after - before) / unit);
}

/// <summary>What a soak showed.</summary>
/// <param name="Seconds">How long the line ran; the first quarter does not count.</param>
/// <param name="Line">The line after the warm-up.</param>
/// <param name="PeakResidentMebiBytes">Most resident memory after the warm-up.</param>
/// <param name="Steady">What was allocated while nothing happened but strips, tiles and cycles of the PLC link.</param>
/// <param name="Bars">What must hold.</param>
internal sealed record SoakFigures(
    double Seconds, LineFigures Line, double PeakResidentMebiBytes, SteadyAllocation Steady, IReadOnlyList<Bar> Bars);

using System.Diagnostics;
using Microsoft.Extensions.Logging;
using MpcgLine.Devices.Cameras.Bursts;
using MpcgLine.Devices.Plc;
using MpcgLine.Devices.Plc.Simulated;
using MpcgLine.Inspection.Rejection;
using MpcgLine.Service.Configuration;
using MpcgLine.Service.Telemetry;

namespace MpcgLine.Service.Workers;

/// <summary>
/// The link to the PLC with its thread and, where the configuration says so, a simulated PLC at the other end of a real
/// socket, whose part sensor fires when a burst begins.
/// </summary>
internal sealed class PlcConnection : IDisposable
{
    private static readonly TimeSpan ReadyWithin = TimeSpan.FromSeconds(10);

    // A belt announces a part every few hundred ms; a source played as fast as possible would overwrite the PLC's
    // four slots before the link has read them.
    private static readonly TimeSpan ReadWithin = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LinkCycle = TimeSpan.FromMilliseconds(2);

    private readonly CancellationTokenSource _stop = new();
    private readonly ILogger _logger;

    // What the link undoes when it binds: the simulated sensor stands where, and counts as, the configuration says.
    private readonly PartBinding _announcing;
    private readonly int _distance;
    private long _announced;

    /// <param name="options">Valid options; not of mode None.</param>
    /// <param name="cameraIsReal">Whether parts are real.</param>
    /// <param name="token">The liveness token.</param>
    /// <param name="concluded">Told of each order's end; must not block.</param>
    /// <param name="time">Clock.</param>
    /// <param name="loggers">For the link's own events.</param>
    /// <exception cref="PlcException">The options are refused, or the simulated PLC can't listen.</exception>
    public PlcConnection(
        PlcOptions options,
        bool cameraIsReal,
        LivenessToken token,
        Action<RejectOutcome> concluded,
        TimeProvider time,
        ILoggerFactory loggers)
    {
        _logger = loggers.CreateLogger<PlcConnection>();
        PlcLinkOptions link = options.Link with { CameraIsReal = cameraIsReal };
        if (options.Mode == PlcMode.Simulated)
        {
            SimulatedPlc = StartSimulated(link, time);
            link = link with { Host = "127.0.0.1", Port = SimulatedPlc.Port };
        }

        (_announcing, _distance) = (new PartBinding(link.Binding), link.Binding.Distance);
        Link = new PlcLink(link, time, token.TakeArrived, concluded, loggers.CreateLogger<PlcLink>());
    }

    /// <summary>The link.</summary>
    public PlcLink Link { get; }

    /// <summary>The simulated PLC; null with a real one.</summary>
    public SimulatedPlc? SimulatedPlc { get; }

    /// <summary>Starts the link's thread.</summary>
    public Task Start() => DedicatedThread.Run("plc link", () => Link.Run(_stop.Token));

    /// <summary>Says that the line is warm, and waits until verdicts are accepted; a PLC that is absent holds nothing up for long.</summary>
    public void BecomeReady(CancellationToken stop)
    {
        Link.Report(PlcStatus.CameraOk | PlcStatus.EncoderOk | PlcStatus.RecipeOk, true);
        Link.Report(PlcStatus.WarmingUp, false);
        bool isReady = Link.WaitForOnline(ReadyWithin, stop)
            && (SimulatedPlc is null || SimulatedPlc.WaitForHeartbeat(fresh: true, ReadyWithin, stop));
        if (!isReady)
        {
            _logger.PlcNotReady(ReadyWithin.TotalSeconds);
        }
    }

    /// <summary>A part came under the camera: the simulated PLC's sensor fires.</summary>
    /// <param name="burst">The part.</param>
    /// <param name="mayHoldUp">Whether the source may be held up until the link has read the announcement.</param>
    public void AnnouncePart(BurstStart burst, bool mayHoldUp)
    {
        if (SimulatedPlc is null)
        {
            return;
        }

        SimulatedPlc.PartArrived(_announcing.ToPlc(burst.LeadingEdge).Advance(-(long)_distance));
        _announced++;
        long started = Stopwatch.GetTimestamp();
        while (mayHoldUp && Link.Counters[PlcCounter.PartsAnnounced] < _announced && Stopwatch.GetElapsedTime(started) < ReadWithin)
        {
            _stop.Token.WaitHandle.WaitOne(LinkCycle);
        }
    }

    /// <summary>Waits until every order has come to its end, or the time is over.</summary>
    /// <param name="longest">The time.</param>
    /// <param name="stop">Ends it earlier.</param>
    public async Task DrainAsync(TimeSpan longest, CancellationToken stop)
    {
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        over.CancelAfter(longest);
        using PeriodicTimer tick = new(LineHandOver.Poll);
        try
        {
            while (Link.PendingCount > 0)
            {
                await tick.WaitForNextTickAsync(over.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // What is still open is concluded by the link as unwritten when it signs off.
        }
    }

    /// <summary>Has the link write Online = 0 and end its thread; <see cref="Start"/>'s task says when it has.</summary>
    public void Stop() => _stop.Cancel();

    /// <summary>The link's thread has ended: what the simulated PLC still has on its belt goes through the gate.</summary>
    public void RunOut() => SimulatedPlc?.RunOut();

    public void Dispose()
    {
        Link.Dispose();
        SimulatedPlc?.Dispose();
        _stop.Dispose();
    }

    private static SimulatedPlc StartSimulated(PlcLinkOptions link, TimeProvider time)
    {
        SimulatedPlc plc = new(
            new SimulatedPlcOptions
            {
                DaemonBase = link.DaemonBase,
                PlcBase = link.PlcBase,
                WordOrder = link.WordOrder,
                LeadingEdgeDistance = link.Binding.Distance,
                EncoderTolerance = link.Binding.Tolerance,
            },
            time);
        plc.Start();
        return plc;
    }
}

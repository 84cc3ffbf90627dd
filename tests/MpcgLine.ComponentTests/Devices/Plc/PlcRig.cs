using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using MpcgLine.Devices.Plc;
using MpcgLine.Devices.Plc.Simulated;
using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Rejection;
using MpcgLine.Inspection.Verdicts;

namespace MpcgLine.ComponentTests.Devices.Plc;

/// <summary>A link on its thread, a proxy, a simulated PLC; leading edges lie 1000 counts behind the part sensor.</summary>
internal sealed class PlcRig : IDisposable
{
    public const int Distance = 1000;
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly string _folder = Directory.CreateTempSubdirectory("mpcgline-plc-").FullName;
    private readonly Channel<RejectOutcome> _outcomes = Channel.CreateUnbounded<RejectOutcome>();
    private readonly CancellationTokenSource _stop = new();
    private readonly Thread _thread;
    private long _panels;

    public PlcRig(SimulatedPlcOptions? plc = null, Func<PlcLinkOptions, PlcLinkOptions>? link = null)
    {
        Plc = new SimulatedPlc((plc ?? new SimulatedPlcOptions()) with { LeadingEdgeDistance = Distance }, TimeProvider.System);
        Plc.Start();
        Proxy = new ModbusProxy(Plc.Port);
        var options = new PlcLinkOptions
        {
            Port = Proxy.Port,
            SessionFile = Path.Combine(_folder, "session"),
            TransactionTimeout = TimeSpan.FromMilliseconds(500),
            AcknowledgeTimeout = TimeSpan.FromSeconds(20),
            Binding = new PartBindingOptions { Distance = Distance, Tolerance = 20 },
        };
        Link = new PlcLink(link?.Invoke(options) ?? options, Clock, () => TokenComesRound, o => _outcomes.Writer.TryWrite(o), Log);
        Link.Report(PlcStatus.WarmingUp, false);
        _thread = new Thread(() => Link.Run(_stop.Token)) { Name = "PLC link" };
        _thread.Start();
    }

    public SimulatedPlc Plc { get; }

    public ModbusProxy Proxy { get; }

    public PlcLink Link { get; }

    public EventLog Log { get; } = new();

    /// <summary>The link's clock, which a test may set forward.</summary>
    public SettableClock Clock { get; } = new();

    public volatile bool TokenComesRound = true;

    public void WaitUntilReady()
    {
        Assert.True(Link.WaitForOnline(Patience, Token), "the link never came online");
        Assert.True(Plc.WaitForHeartbeat(true, Patience, Token), "the PLC never saw the heartbeat");
    }

    public RejectOrder Order(Verdict verdict, uint sensorAt, bool late = false) => new(
        new PanelId(++_panels),
        verdict,
        verdict == Verdict.NotInspected ? NotInspectedReason.Camera : NotInspectedReason.None,
        verdict == Verdict.Reject ? 2 : 0,
        new EncoderCount(sensorAt).Advance(Distance),
        Clock.GetTimestamp() + (long)((late ? -1 : 60) * Clock.TimestampFrequency));

    public Task<RejectOutcome> NextOutcomeAsync() =>
        _outcomes.Reader.ReadAsync(Token).AsTask().WaitAsync(Patience, Token);

    /// <summary>One part arrives, one verdict is given for it; the outcome.</summary>
    public async Task<(uint PartId, RejectOutcome Outcome)> JudgeAsync(Verdict verdict, uint sensorAt, bool late = false)
    {
        uint part = Plc.PartArrived(new EncoderCount(sensorAt));
        Assert.True(Link.TrySubmit(Order(verdict, sensorAt, late)));
        return (part, await NextOutcomeAsync());
    }

    public void Stop()
    {
        _stop.Cancel();
        _thread.Join();
    }

    public void Dispose()
    {
        Stop();
        Link.Dispose();
        Proxy.Dispose();
        Plc.Dispose();
        _stop.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>The system's clock, some time ahead.</summary>
    internal sealed class SettableClock : TimeProvider
    {
        private long _ahead;

        public override long GetTimestamp() => base.GetTimestamp() + Interlocked.Read(ref _ahead);

        public void SetForward(TimeSpan by) => Interlocked.Add(ref _ahead, (long)(by.TotalSeconds * TimestampFrequency));
    }

    /// <summary>Keeps event ids, and signals each.</summary>
    internal sealed class EventLog : ILogger<PlcLink>
    {
        private readonly ConcurrentDictionary<int, SemaphoreSlim> _signals = new();

        public ConcurrentQueue<(int Id, string Text)> Events { get; } = new();

        public Task WaitForAsync(int eventId) => Signal(eventId).WaitAsync(Token).WaitAsync(Patience, Token);

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            Events.Enqueue((eventId.Id, formatter(state, exception)));
            Signal(eventId.Id).Release();
        }

        private SemaphoreSlim Signal(int eventId) => _signals.GetOrAdd(eventId, _ => new SemaphoreSlim(0));
    }
}

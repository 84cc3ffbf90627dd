using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using MpcgLine.Devices.Plc.Modbus;
using MpcgLine.Inspection.Rejection;
using MpcgLine.Inspection.Verdicts;

namespace MpcgLine.Devices.Plc;

/// <summary>
/// The Modbus TCP client that writes verdicts into the PLC and proves they were read. <see cref="Run"/> is the body
/// of one dedicated thread's loop; the link starts none itself. Each cycle: write the head with the heartbeat, read
/// the PLC's block, take acknowledgements and announced parts, then write what verdicts wait. Every submitted order
/// ends in exactly one outcome.
/// </summary>
/// <remarks>
/// A result's way: bound to one announced part (1), its deadline checked (2), the slot written (3) and read back
/// (4), the head with HeadSeq written last (5), the acknowledgement awaited (6). Before (5) the PLC does not look
/// at the slot. See <c>hardware/plc-register-map.md</c>.
/// </remarks>
public sealed partial class PlcLink : IRejectSink, IDisposable
{
    private static readonly TimeSpan HeartbeatPeriod = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan[] ReconnectAfter =
    [
        TimeSpan.Zero,
        TimeSpan.FromMilliseconds(100),
        TimeSpan.FromMilliseconds(200),
        TimeSpan.FromMilliseconds(500),
        TimeSpan.FromSeconds(2),
    ];

    private readonly PlcLinkOptions _options;
    private readonly TimeProvider _time;
    private readonly Func<bool> _tokenCameRound;
    private readonly Action<RejectOutcome> _concluded;
    private readonly ILogger<PlcLink> _logger;
    private readonly ModbusTcpClient _client;
    private readonly Channel<RejectOrder> _orders;
    private readonly SemaphoreSlim _wake = new(0);
    private readonly ManualResetEventSlim _onlineSignal = new();
    private readonly DaemonRegisters _daemon;
    private readonly PlcRegisters _plc;
    private readonly PartBinding _binding;
    private readonly PartAnnouncements _announcements;
    private readonly PlcPresence _presence;
    private readonly LinkStatus _status;
    private readonly PendingResults _results = new();
    private readonly ushort[] _readBack = new ushort[RegisterMap.DaemonLength - RegisterMap.DaemonHeadLength];
    private readonly long _heartbeatTicks;

    private bool _useReadWrite;
    private bool _hadContact;
    private ushort _plcSession;
    private bool _awaitsReset;
    private bool _isEncoderInDoubt;
    private long _beatAt;
    private long _connectAt;
    private int _connectAttempts = 1;
    private bool _isOutageReported;
    private PlcControl _lastControl;
    private ModbusResult _lastFailure = ModbusResult.Ok;
    private volatile bool _online;
    private volatile int _pendingCount;

    /// <param name="options">Where the PLC is and what times hold.</param>
    /// <param name="time">Clock of deadlines and heartbeats; orders' deadlines are its timestamps.</param>
    /// <param name="tokenCameRound">
    /// Asked on the link's thread every 100 ms: whether the liveness token has come round all stages since the last
    /// time it was asked. The heartbeat advances only then.
    /// </param>
    /// <param name="concluded">Called on the link's thread with each order's end; must not block.</param>
    /// <param name="logger">Events 3000..3099.</param>
    /// <exception cref="PlcException">
    /// The options have problems (a PLC that is not loopback while the camera is not real among them), or the
    /// session file can't be written.
    /// </exception>
    public PlcLink(
        PlcLinkOptions options,
        TimeProvider time,
        Func<bool> tokenCameRound,
        Action<RejectOutcome> concluded,
        ILogger<PlcLink> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        ArgumentNullException.ThrowIfNull(tokenCameRound);
        ArgumentNullException.ThrowIfNull(concluded);
        ArgumentNullException.ThrowIfNull(logger);
        IReadOnlyList<string> problems = options.Problems();
        if (problems.Count > 0)
        {
            throw new PlcException(string.Join(" ", problems));
        }

        (_options, _time, _tokenCameRound, _concluded, _logger) = (options, time, tokenCameRound, concluded, logger);
        _client = new ModbusTcpClient(options.Endpoint(), options.UnitId, options.ConnectTimeout, options.TransactionTimeout);
        _orders = Channel.CreateBounded<RejectOrder>(new BoundedChannelOptions(options.QueueCapacity) { SingleReader = true });
        _binding = new PartBinding(options.Binding);
        _announcements = new PartAnnouncements(_binding, Counters);
        _presence = new PlcPresence(time);
        _status = new LinkStatus(options.CameraIsReal);
        _plc = new PlcRegisters(options.WordOrder);
        _daemon = new DaemonRegisters(options.WordOrder)
        {
            MapVersion = RegisterMap.Version,
            SessionId = SessionFile.Next(options.SessionFile, time),
        };
        _useReadWrite = options.UseReadWrite;
        _heartbeatTicks = (long)(HeartbeatPeriod.TotalSeconds * time.TimestampFrequency);
    }

    /// <summary>Counts since the start.</summary>
    public PlcCounters Counters { get; } = new();

    /// <summary>Number of this start, as published.</summary>
    public int SessionId => _daemon.SessionId;

    /// <summary>Whether verdicts are valid at the PLC: connected, acknowledged, its program alive, warmed up.</summary>
    public bool IsOnline => _online;

    /// <summary>Waits until <see cref="IsOnline"/>; false on timeout. Any thread.</summary>
    public bool WaitForOnline(TimeSpan timeout, CancellationToken cancellation) => _onlineSignal.Wait(timeout, cancellation);

    /// <summary>Orders that have not come to their end, as of the last cycle: zero means drained.</summary>
    public int PendingCount => _orders.Reader.Count + _pendingCount;

    /// <inheritdoc/>
    public bool TrySubmit(in RejectOrder order)
    {
        if (!_orders.Writer.TryWrite(order))
        {
            Counters.Add(PlcCounter.OrdersRefused);
            return false;
        }

        Counters.Add(PlcCounter.OrdersSubmitted);
        _wake.Release();
        return true;
    }

    /// <summary>
    /// Reports conditions of the stages, from any thread. WarmingUp is set from the start and withholds Online until
    /// it is reported off; Online and TestMode are the link's own.
    /// </summary>
    public void Report(PlcStatus bits, bool isSet) => _status.Report(bits, isSet);

    /// <summary>Reports the fault to publish, None to clear it; any thread.</summary>
    public void ReportFault(NotInspectedReason code) => _status.ReportFault(code);

    /// <summary>
    /// The loop of the link's thread: returns once <paramref name="stop"/> is cancelled, after Online = 0 was
    /// written and every open order concluded.
    /// </summary>
    public void Run(CancellationToken stop)
    {
        using CancellationTokenRegistration wake = stop.UnsafeRegister(static link => ((PlcLink)link!)._wake.Release(), this);
        LogStarted(_options.Host, _options.Port, _daemon.SessionId, !_options.CameraIsReal);
        _beatAt = _connectAt = _time.GetTimestamp();
        while (!stop.IsCancellationRequested)
        {
            long started = _time.GetTimestamp();
            if (_client.IsConnected || TryConnect(started))
            {
                RunCycle(started);
            }

            ConcludeExpired();
            WaitForNextCycle(started);
        }

        SignOff();
    }

    /// <summary>From any thread, when <see cref="Run"/> has to end at once: breaks off the call it is in, for good.</summary>
    public void Abort() => _client.Abort();

    /// <summary>Closes the connection; <see cref="Run"/> has returned.</summary>
    public void Dispose()
    {
        _client.Dispose();
        _wake.Dispose();
        _onlineSignal.Dispose();
    }

    private void RunCycle(long now)
    {
        Beat(now);

        // Only orders submitted before the block is read may bind: a later one's part may not be in it yet.
        int waiting = _orders.Reader.Count;
        if (!Exchange() || !Understand())
        {
            return;
        }

        Counters.Add(PlcCounter.Cycles);
        (_connectAttempts, _isOutageReported) = (0, false);
        SetOnline(_client.IsConnected && _presence.IsAlive && AcknowledgesSession() && !_status.IsWarmingUp);
        if (_online)
        {
            WriteWaiting(waiting);
        }

        CheckAcknowledgeTime();
    }

    private bool AcknowledgesSession()
    {
        if (_awaitsReset && _plc.AckSession == _daemon.SessionId && _plc.AckSeq == 0)
        {
            _awaitsReset = false;
        }

        return !_awaitsReset && _plc.AckSession == _daemon.SessionId;
    }

    // Withheld beats are not made up for, and a stalled thread makes no burst of them.
    private void Beat(long now)
    {
        if (now - _beatAt < _heartbeatTicks)
        {
            return;
        }

        _beatAt = now - _beatAt > 2 * _heartbeatTicks ? now : _beatAt + _heartbeatTicks;
        if (_tokenCameRound())
        {
            _daemon.Heartbeat = _daemon.Heartbeat == ushort.MaxValue ? (ushort)1 : (ushort)(_daemon.Heartbeat + 1);
        }
        else
        {
            Counters.Add(PlcCounter.HeartbeatsWithheld);
        }
    }

    // Writes the head, reads the PLC's block.
    private bool Exchange()
    {
        PrepareHead();
        if (_useReadWrite)
        {
            ModbusResult both = _client.ReadWrite(_options.DaemonBase, _daemon.Head, _options.PlcBase, _plc.All);
            if (both is not { Outcome: ModbusOutcome.Exception, Code: (byte)ModbusExceptionCode.IllegalFunction })
            {
                return Succeeded(both);
            }

            _useReadWrite = false;
            LogReadWriteMissing();
        }

        return Succeeded(_client.Write(_options.DaemonBase, _daemon.Head))
            && Succeeded(_client.Read(_options.PlcBase, _plc.All));
    }

    private void PrepareHead()
    {
        _status.WriteTo(_daemon, _online);
        _pendingCount = _results.Count;
        _daemon.Pending = (ushort)Math.Min(PendingCount, ushort.MaxValue);
    }

    // Takes what the PLC's block says; false once the connection is gone.
    private bool Understand()
    {
        if (_plc.PlcSession != _plcSession)
        {
            Counters.Add(PlcCounter.PlcRestarts);
            LogPlcRestarted(_plcSession, _plc.PlcSession, _results.Count);
            StartAfresh();
            _announcements.StartAfter(_plc.HeadPartSeq);
            return Publish();
        }

        _presence.Observe(_plc.PlcHeartbeat);
        long missed = Counters[PlcCounter.PartsMissed];
        if (!_announcements.Take(_plc))
        {
            ProtocolFault("HeadPartSeq", _plc.HeadPartSeq);
        }
        else if (Counters[PlcCounter.PartsMissed] - missed is var more and > 0)
        {
            LogPartsMissed(more);
        }

        TakeAcknowledgements();
        FollowControl();
        return true;
    }

    private void FollowControl()
    {
        PlcControl rising = _plc.Control & ~_lastControl;
        _lastControl = _plc.Control;
        if (rising.HasFlag(PlcControl.ClearFault))
        {
            _status.ClearLatched();
        }

        if (rising.HasFlag(PlcControl.ClearCounters))
        {
            (_daemon.Passed, _daemon.Rejected, _daemon.NotInspected) = (0, 0, 0);
        }
    }

    private void WaitForNextCycle(long started)
    {
        TimeSpan left = _options.Cycle - _time.GetElapsedTime(started);
        if (left > TimeSpan.Zero)
        {
            _wake.Wait(left);
        }

        while (_wake.Wait(0))
        {
        }
    }

    private void SetOnline(bool online)
    {
        if (online == _online)
        {
            return;
        }

        _online = online;
        if (online)
        {
            _onlineSignal.Set();
            LogOnline();
        }
        else
        {
            _onlineSignal.Reset();
            LogOffline(_presence.IsAlive, _plc.AckSession, _daemon.SessionId, _status.IsWarmingUp);
        }
    }
}

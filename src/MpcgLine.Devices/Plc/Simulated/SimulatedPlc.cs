using MpcgLine.Inspection.Primitives;

namespace MpcgLine.Devices.Plc.Simulated;

/// <summary>
/// A PLC for a simulated line: a real Modbus TCP server on 127.0.0.1 behind which the PLC program of the contract
/// runs in a scan loop of its own. It sets Control b3, so it takes the TestMode verdicts a simulated line gives.
/// Public members may be called from any thread.
/// </summary>
public sealed class SimulatedPlc : IDisposable
{
    private const int Registers = 1024;
    private readonly SimulatedPlcOptions _options;
    private readonly RegisterBank _bank;
    private readonly PlcProgram _program;
    private readonly ManualResetEventSlim _stop = new();
    private readonly ManualResetEventSlim _fresh = new();
    private readonly ManualResetEventSlim _stale = new(initialState: true);
    private ModbusTcpServer? _server;
    private Thread? _scanner;

    /// <exception cref="PlcException">The register blocks do not fit the PLC's 1024 registers, or overlap.</exception>
    public SimulatedPlc(SimulatedPlcOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        if (options.DaemonBase + RegisterMap.DaemonLength > Registers || options.PlcBase + RegisterMap.PlcLength > Registers)
        {
            throw new PlcException(
                $"DaemonBase {options.DaemonBase} and PlcBase {options.PlcBase}: both blocks must end within the simulated PLC's {Registers} registers.");
        }

        if (options.DaemonBase < options.PlcBase + RegisterMap.PlcLength && options.PlcBase < options.DaemonBase + RegisterMap.DaemonLength)
        {
            throw new PlcException($"DaemonBase {options.DaemonBase} and PlcBase {options.PlcBase} overlap.");
        }

        _options = options;
        _program = new PlcProgram(options, time);
        _bank = new RegisterBank(Registers, options.DaemonBase, RegisterMap.DaemonLength);
    }

    /// <summary>Port listened on, once started.</summary>
    public int Port => _server?.Port ?? throw new InvalidOperationException("The simulated PLC is not started.");

    /// <summary>Whether the daemon's heartbeat counts at present; while it does not, everything is rejected.</summary>
    public bool IsHeartbeatFresh
    {
        get
        {
            lock (_bank.Gate)
            {
                return _program.IsHeartbeatFresh;
            }
        }
    }

    /// <summary>
    /// Waits until the daemon's heartbeat counts (or, with <paramref name="fresh"/> false, does not): before that
    /// every part is rejected, so a simulated line should not start. False on timeout.
    /// </summary>
    public bool WaitForHeartbeat(bool fresh, TimeSpan timeout, CancellationToken cancellation) =>
        (fresh ? _fresh : _stale).Wait(timeout, cancellation);

    /// <summary>Parts that went through the gate, oldest first; the last 10,000.</summary>
    public IReadOnlyList<PlcPartRecord> Decisions
    {
        get
        {
            lock (_bank.Gate)
            {
                return _program.Decided;
            }
        }
    }

    /// <summary>Listens and scans from here on.</summary>
    /// <exception cref="PlcException">The port is taken.</exception>
    public void Start()
    {
        if (_server is not null)
        {
            throw new InvalidOperationException("The simulated PLC is already started.");
        }

        _stop.Reset();
        Scan();
        _server = new ModbusTcpServer(_bank, _options.Port, _options.SupportsReadWrite);
        _scanner = new Thread(ScanUntilStopped) { IsBackground = true, Name = "simulated PLC, scan" };
        _scanner.Start();
    }

    /// <summary>Closes all connections and ends the scan loop; the program's memory stays. Safe when not started.</summary>
    public void Stop()
    {
        _stop.Set();
        _scanner?.Join();
        _server?.Dispose();
        _server = null;
        _scanner = null;
    }

    /// <summary>
    /// The part sensor fires: the part is queued as REJECT and announced at once. Returns its id.
    /// </summary>
    /// <param name="encoder">PLC encoder at the sensor; the encoder stands there from now on.</param>
    public uint PartArrived(EncoderCount encoder)
    {
        lock (_bank.Gate)
        {
            uint id = _program.PartArrived(encoder);
            ScanRegisters();
            return id;
        }
    }

    /// <summary>The belt moves: sets the PLC's encoder. Parts past the gate are decided at the next scan.</summary>
    public void MoveEncoder(EncoderCount encoder)
    {
        lock (_bank.Gate)
        {
            _program.Encoder = encoder;
        }
    }

    /// <summary>Lets every part still queued through the gate, each by the verdict it has now.</summary>
    public void RunOut()
    {
        lock (_bank.Gate)
        {
            _program.RunOut();
        }
    }

    /// <summary>What is known of one part, before or after the gate; null if it never arrived or is long gone.</summary>
    public PlcPartRecord? PartDecision(uint partId)
    {
        lock (_bank.Gate)
        {
            return _program.Find(partId);
        }
    }

    /// <summary>A cold start in an instant: registers and part queue are cleared, connections closed, PlcSession changes.</summary>
    public void Restart()
    {
        lock (_bank.Gate)
        {
            _program.Restart(DaemonBlock());
            ScanRegisters();
        }

        _server?.DropClients();
    }

    /// <summary>Closes every connection, as a switch that loses power would.</summary>
    public void DropConnections() => _server?.DropClients();

    /// <inheritdoc/>
    public void Dispose()
    {
        Stop();
        _stop.Dispose();
        _fresh.Dispose();
        _stale.Dispose();
    }

    /// <summary>A copy of registers, for looking at.</summary>
    internal ushort[] ReadRegisters(int address, int count)
    {
        lock (_bank.Gate)
        {
            return _bank.Words.Slice(address, count).ToArray();
        }
    }

    private void ScanUntilStopped()
    {
        while (!_stop.Wait(_options.Scan))
        {
            Scan();
        }
    }

    private void Scan()
    {
        lock (_bank.Gate)
        {
            ScanRegisters();
        }
    }

    private void ScanRegisters()
    {
        _program.Scan(DaemonBlock(), _bank.Words.Slice(_options.PlcBase, RegisterMap.PlcLength));
        if (_program.IsHeartbeatFresh == _fresh.IsSet)
        {
            return;
        }

        (ManualResetEventSlim now, ManualResetEventSlim before) = _program.IsHeartbeatFresh ? (_fresh, _stale) : (_stale, _fresh);
        before.Reset();
        now.Set();
    }

    private Span<ushort> DaemonBlock() => _bank.Words.Slice(_options.DaemonBase, RegisterMap.DaemonLength);
}

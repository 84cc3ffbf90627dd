using MpcgLine.Inspection.Primitives;

namespace MpcgLine.Devices.Plc.Simulated;

/// <summary>
/// The PLC's side of the handshake, as an integrator would program it: part queue, announcements, acceptance,
/// acknowledgement, gate. No sockets and no threads: the owner calls it under the register bank's lock.
/// </summary>
internal sealed class PlcProgram
{
    private const int MostQueued = 256;
    private const int MostRemembered = 10_000;
    private const int ChangesUntilFresh = 3;

    private readonly SimulatedPlcOptions _options;
    private readonly TimeProvider _time;
    private readonly PlcRegisters _out;
    private readonly List<Part> _queue = [];
    private readonly Queue<PlcPartRecord> _decided = new();
    private uint _lastPartId;
    private ushort _lastSeq;
    private ushort _session;
    private ushort _lastHeartbeat;
    private long _heartbeatAt;
    private int _heartbeatChanges;

    public PlcProgram(SimulatedPlcOptions options, TimeProvider time)
    {
        _options = options;
        _time = time;
        _out = new PlcRegisters(options.WordOrder) { PlcSession = options.FirstSession };
    }

    /// <summary>Whether the daemon's heartbeat counts.</summary>
    public bool IsHeartbeatFresh { get; private set; }

    /// <summary>The encoder now.</summary>
    public EncoderCount Encoder
    {
        get => _out.PlcEncoder;
        set => _out.PlcEncoder = value;
    }

    /// <summary>Parts that passed the gate, oldest first.</summary>
    public IReadOnlyList<PlcPartRecord> Decided => [.. _decided];

    /// <summary>The part sensor fired: queue {part, encoder, REJECT} and announce it, slot before head.</summary>
    public uint PartArrived(EncoderCount encoder)
    {
        if (_queue.Count == MostQueued)
        {
            Decide(_queue[0]);
            _queue.RemoveAt(0);
        }

        _lastPartId = unchecked(_lastPartId + 1) is var next and not 0 ? next : 1;
        _queue.Add(new Part(_lastPartId, encoder, _time.GetTimestamp()));
        ushort sequence = SequenceNumber.Next(_out.HeadPartSeq);
        _out.WritePart(new PartSlot(sequence, _lastPartId, encoder, 0, sequence));
        _out.HeadPartSeq = sequence;
        Encoder = encoder;
        return _lastPartId;
    }

    /// <summary>One scan: reads the daemon's block, writes the PLC's.</summary>
    public void Scan(ReadOnlySpan<ushort> daemon, Span<ushort> plc)
    {
        WatchHeartbeat(daemon[DaemonRegisters.HeartbeatAt]);
        OpenGate(false);
        TakeResults(daemon);
        _out.PlcHeartbeat++;
        _out.Control = PlcControl.Run | (_options.AcceptsTestMode ? PlcControl.TestMode : PlcControl.None);
        _out.All.CopyTo(plc);
    }

    /// <summary>Every part still queued goes through the gate: the belt runs empty.</summary>
    public void RunOut() => OpenGate(true);

    /// <summary>The record of one part, decided or not; null if it is unknown or long gone.</summary>
    public PlcPartRecord? Find(uint partId) =>
        _queue.Find(p => p.Id == partId) is { } queued
            ? queued.Record(false, false, queued.ChangedAt)
            : _decided.FirstOrDefault(r => r.PartId == partId);

    /// <summary>Cold start: the queue, the registers and every acknowledgement are gone, PlcSession is another one.</summary>
    public void Restart(Span<ushort> daemon)
    {
        ushort session = unchecked((ushort)(_out.PlcSession + 1));
        _out.All.Clear();
        _out.PlcSession = session == 0 ? (ushort)1 : session;
        _queue.Clear();
        daemon.Clear();
        (_lastSeq, _session, _lastHeartbeat, _heartbeatChanges) = (0, 0, 0, 0);
        IsHeartbeatFresh = false;
    }

    // Stuck high and stuck low look the same: only changes count, and three of them bring it back.
    private void WatchHeartbeat(ushort heartbeat)
    {
        long now = _time.GetTimestamp();
        if (heartbeat != _lastHeartbeat && heartbeat != 0)
        {
            _heartbeatAt = now;
            _heartbeatChanges++;
            IsHeartbeatFresh |= _heartbeatChanges >= ChangesUntilFresh;
        }
        else if (heartbeat == 0 || _time.GetElapsedTime(_heartbeatAt, now) >= _options.HeartbeatLimit)
        {
            _heartbeatChanges = 0;
            IsHeartbeatFresh = false;
        }

        _lastHeartbeat = heartbeat;
    }

    private void TakeResults(ReadOnlySpan<ushort> daemon)
    {
        ushort session = daemon[DaemonRegisters.SessionIdAt];
        ushort head = daemon[DaemonRegisters.HeadSeqAt];
        if (daemon[DaemonRegisters.MapVersionAt] != RegisterMap.Version || session == 0 || !SequenceNumber.IsValid(head))
        {
            return;
        }

        // A new session or an empty head starts the count afresh.
        if (session != _session || head == 0)
        {
            _session = session;
            _lastSeq = 0;
        }

        int results = SequenceNumber.Distance(_lastSeq, head);
        if (results > RegisterMap.ResultSlots)
        {
            // More than the slots can hold: their content can't be trusted, the parts stay rejected.
            _lastSeq = head;
        }

        while (_lastSeq != head && head != 0)
        {
            ushort expected = SequenceNumber.Next(_lastSeq);
            var slot = ResultSlot.Read(daemon[RegisterMap.ResultSlotAt(expected)..], _options.WordOrder);
            if (slot.IsTorn)
            {
                break; // read again at the next scan
            }

            if (slot.Sequence == expected)
            {
                Take(slot, (PlcStatus)daemon[DaemonRegisters.StatusAt]);
            }

            _lastSeq = expected;
        }

        _out.AckSeq = _lastSeq;
        _out.AckSession = session;
    }

    private void Take(in ResultSlot slot, PlcStatus status)
    {
        uint id = slot.PartId;
        Part? part = _queue.Find(p => p.Id == id && p.Word == 0);
        if (part is null)
        {
            return;
        }

        bool testModeFits = !status.HasFlag(PlcStatus.TestMode) || _options.AcceptsTestMode;
        part.Word = slot.Word;
        part.IsAccepted = slot.Word == VerdictWord.Pass
            && IsHeartbeatFresh
            && status.HasFlag(PlcStatus.Online)
            && testModeFits
            && Math.Abs((long)part.Encoder.Advance(_options.LeadingEdgeDistance).DistanceTo(slot.Encoder)) <= _options.EncoderTolerance;
        part.ChangedAt = _time.GetTimestamp();
    }

    private void OpenGate(bool runOut)
    {
        for (int i = 0; i < _queue.Count;)
        {
            if (!runOut && _queue[i].Encoder.DistanceTo(Encoder) < _options.GateDistance)
            {
                i++;
                continue;
            }

            Decide(_queue[i]);
            _queue.RemoveAt(i);
        }
    }

    private void Decide(Part part)
    {
        if (_decided.Count == MostRemembered)
        {
            _decided.Dequeue();
        }

        _decided.Enqueue(part.Record(true, part.IsAccepted && IsHeartbeatFresh, _time.GetTimestamp()));
    }

    /// <summary>A part between its sensor and the gate; it rejects until a verdict is accepted for it.</summary>
    private sealed class Part(uint id, EncoderCount encoder, long changedAt)
    {
        public uint Id { get; } = id;

        public EncoderCount Encoder { get; } = encoder;

        public long ChangedAt { get; set; } = changedAt;

        public ushort Word { get; set; }

        public bool IsAccepted { get; set; }

        public PlcPartRecord Record(bool decided, bool passed, long at) => new(Id, Encoder, Word, decided, passed, at);
    }
}

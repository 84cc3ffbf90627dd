using MpcgLine.Devices.Plc.Modbus;

namespace MpcgLine.Devices.Plc;

/// <content>Opening, losing and leaving the connection.</content>
public sealed partial class PlcLink
{
    // Connects when it is time, reads the PLC's block before anything is written, then publishes the image.
    private bool TryConnect(long now)
    {
        if (now < _connectAt)
        {
            return false;
        }

        ModbusResult connected = _client.Connect();
        if (!connected.IsOk)
        {
            Counters.Add(PlcCounter.ConnectFailures);
            if (!_isOutageReported)
            {
                _isOutageReported = true;
                LogConnectFailed(_options.Host, _options.Port, connected);
            }

            ScheduleConnect();
            return false;
        }

        Counters.Add(PlcCounter.Connects);
        if (Succeeded(_client.Read(_options.PlcBase, _plc.All)))
        {
            _presence.Restart(_plc.PlcHeartbeat);
            ResumeOrStart();
            if (Publish())
            {
                LogConnected(_options.Host, _options.Port, _plc.PlcSession, _connectAttempts);
                return true;
            }
        }

        if (_client.IsConnected)
        {
            // An exception reply: a PLC whose blocks can't be read or written can't be spoken to.
            LoseLink(_lastFailure);
        }

        return false;
    }

    private void ResumeOrStart()
    {
        if (_hadContact && _plc.PlcSession == _plcSession)
        {
            // What the PLC took before the link was lost keeps the word it took; only the rest may turn late in Publish.
            TakeAcknowledgements();
            return;
        }

        if (_hadContact)
        {
            Counters.Add(PlcCounter.PlcRestarts);
            LogPlcRestarted(_plcSession, _plc.PlcSession, _results.Count);
        }

        _hadContact = true;
        _lastControl = _plc.Control;
        StartAfresh();
        _announcements.StartAfter(_plc.HeadPartSeq);
    }

    // Nothing is pending, nothing is committed, numbering begins at 1; Online waits for the PLC to agree.
    private void StartAfresh()
    {
        DropPending();
        _results.Reset();
        _plcSession = _plc.PlcSession;
        _daemon.Slots.Clear();
        _daemon.HeadSeq = 0;
        _awaitsReset = true;
        SetOnline(false);
    }

    // The whole image, slots before the head, so that no scan in between meets a HeadSeq ahead of its slot.
    private bool Publish()
    {
        SetOnline(false);
        int slotsAt = _options.DaemonBase + RegisterMap.DaemonHeadLength;
        do
        {
            for (int i = 0; i < _results.Count; i++)
            {
                DenyIfLate(_results[i]);
                _results[i].ToSlot().Write(_daemon.SlotOf(_results[i].Sequence), _options.WordOrder);
            }

            if (!Succeeded(_client.Write((ushort)slotsAt, _daemon.Slots)) || !Succeeded(_client.Read((ushort)slotsAt, _readBack)))
            {
                return false;
            }
        }
        while (HasLateAccept()); // late by now: written over

        if (!_daemon.Slots.SequenceEqual(_readBack))
        {
            Counters.Add(PlcCounter.ReadBackMismatches);
            ProtocolFault("slots read back", 0);
            LoseLink(ModbusResult.Protocol);
            return false;
        }

        _daemon.HeadSeq = _results.LastSequence;
        PrepareHead();
        if (!Succeeded(_client.Write(_options.DaemonBase, _daemon.Head)))
        {
            return false;
        }

        long now = _time.GetTimestamp();
        for (int i = 0; i < _results.Count; i++)
        {
            PendingResult result = _results[i];
            result.ReadBackWord = _readBack[RegisterMap.ResultSlotAt(result.Sequence) - RegisterMap.DaemonHeadLength + 1];
            if (result.WrittenAt == 0)
            {
                CountWritten(result, now);
            }
        }

        return true;
    }

    // An exception reply leaves the connection open; anything else but Ok has closed it.
    private bool Succeeded(ModbusResult result)
    {
        if (result.IsOk)
        {
            _lastFailure = result;
            return true;
        }

        if (result.Outcome != ModbusOutcome.Exception)
        {
            LoseLink(result);
            return false;
        }

        Counters.Add(PlcCounter.ExceptionReplies);
        _status.LatchLinkFault();
        if (result != _lastFailure)
        {
            _lastFailure = result;
            LogExceptionReply(result.Code);
        }

        return false;
    }

    private void LoseLink(ModbusResult cause)
    {
        _client.Close();
        Counters.Add(PlcCounter.LinkLosses);
        switch (cause.Outcome)
        {
            case ModbusOutcome.Timeout:
                Counters.Add(PlcCounter.Timeouts);
                break;
            case ModbusOutcome.Protocol:
                Counters.Add(PlcCounter.ProtocolErrors);
                break;
            default:
                break; // a closed connection is counted as a loss alone
        }

        if (!_isOutageReported)
        {
            _isOutageReported = true;
            LogLinkLost(cause, _results.Count);
        }

        SetOnline(false);
        ScheduleConnect();
    }

    // The attempts are counted until a whole cycle succeeds: a PLC that accepts and hangs up is not hammered.
    private void ScheduleConnect()
    {
        TimeSpan delay = ReconnectAfter[Math.Min(_connectAttempts++, ReconnectAfter.Length - 1)];
        _connectAt = _time.GetTimestamp() + (long)(delay.TotalSeconds * _time.TimestampFrequency);
    }

    private void ProtocolFault(string what, int value)
    {
        Counters.Add(PlcCounter.ProtocolErrors);
        _status.LatchLinkFault();
        LogProtocolFault(what, value);
    }

    // Online = 0 is written, the heartbeat ends with this thread, then the connection is closed.
    private void SignOff()
    {
        SetOnline(false);
        bool told = false;
        if (_client.IsConnected)
        {
            PrepareHead();
            told = _client.Write(_options.DaemonBase, _daemon.Head).IsOk;
            _client.Close();
        }

        DropPending();
        while (_orders.Reader.TryRead(out var order))
        {
            ConcludeUnwritten(order);
        }

        LogSignedOff(told);
    }
}

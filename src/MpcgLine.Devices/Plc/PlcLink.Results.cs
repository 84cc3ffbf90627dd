using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Rejection;
using MpcgLine.Inspection.Verdicts;

namespace MpcgLine.Devices.Plc;

/// <content>Writing results, and what becomes of them.</content>
public sealed partial class PlcLink
{
    private void WriteWaiting(int waiting)
    {
        for (; waiting > 0 && !_results.IsFull && _orders.Reader.TryRead(out RejectOrder order); waiting--)
        {
            if (!TryWrite(order))
            {
                return;
            }
        }
    }

    // False once the connection is gone: the result stays pending and is published again with the next one.
    private bool TryWrite(in RejectOrder order)
    {
        PendingResult result = _results.Add(order);
        _pendingCount = _results.Count;
        Bind(result);                                                             // 1
        int slotAt = _options.DaemonBase + RegisterMap.ResultSlotAt(result.Sequence);
        Span<ushort> slot = _daemon.SlotOf(result.Sequence);
        Span<ushort> readBack = _readBack.AsSpan(0, RegisterMap.SlotLength);
        do
        {
            DenyIfLate(result);                                                   // 2
            result.ToSlot().Write(slot, _options.WordOrder);
            if (!Succeeded(_client.Write((ushort)slotAt, slot))                   // 3
                || !Succeeded(_client.Read((ushort)slotAt, readBack)))            // 4
            {
                return KeepOrGiveUp(result);
            }

            result.ReadBackWord = readBack[1];
        }
        while (result.Word == VerdictWord.Pass && IsPast(result.Order.Deadline)); // late by now: written over

        if (!slot.SequenceEqual(readBack))
        {
            Counters.Add(PlcCounter.ReadBackMismatches);
            LogReadBackMismatch(order.Panel, result.Word, result.ReadBackWord);
            return KeepOrGiveUp(result);
        }

        _daemon.HeadSeq = result.Sequence;
        PrepareHead();
        if (!Succeeded(_client.Write(_options.DaemonBase, _daemon.Head)))         // 5
        {
            return KeepOrGiveUp(result);
        }

        CountWritten(result, _time.GetTimestamp());
        return true;
    }

    private void Bind(PendingResult result)
    {
        RejectOrder order = result.Order;
        result.LeadingEdge = _binding.ToPlc(order.LeadingEdge);
        bool isBound = _binding.TryBind(result.LeadingEdge, out AnnouncedPart part);
        JudgeEncoder(order.Reason == NotInspectedReason.Encoder, isBound);
        if (isBound)
        {
            result.PartId = part.PartId;
            result.Word = VerdictWord.Of(order.Verdict, order.Reason);
            result.Detail = order.Verdict == Verdict.NotInspected ? (ushort)order.Reason : (ushort)order.DefectClass;
            return;
        }

        Counters.Add(PlcCounter.Unbound);
        LogUnbound(order.Panel, result.LeadingEdge.Value);
        Deny(result, NotInspectedReason.PartBinding);
    }

    // An encoder that jumped counts plausibly again once a panel it did not jump in lies where a part was announced.
    private void JudgeEncoder(bool isFaulty, bool isBound)
    {
        if (isFaulty || (_isEncoderInDoubt && isBound))
        {
            _isEncoderInDoubt = isFaulty;
            _status.Report(PlcStatus.EncoderOk, !isFaulty);
        }
    }

    private void DenyIfLate(PendingResult result)
    {
        if (result.Word != VerdictWord.Pass || !IsPast(result.Order.Deadline))
        {
            return;
        }

        Counters.Add(PlcCounter.LateAccepts);
        _status.LatchLate();
        LogLateAccept(result.Order.Panel);
        Deny(result, NotInspectedReason.Deadline);
    }

    private bool HasLateAccept()
    {
        for (int i = 0; i < _results.Count; i++)
        {
            if (_results[i].Word == VerdictWord.Pass && IsPast(_results[i].Order.Deadline))
            {
                return true;
            }
        }

        return false;
    }

    private static void Deny(PendingResult result, NotInspectedReason reason)
    {
        result.Word = VerdictWord.NotInspected(reason);
        result.Detail = (ushort)reason;
    }

    private bool IsPast(long deadline) => _time.GetTimestamp() > deadline;

    // A lost connection leaves it open whether the PLC has the result: it stays pending. Refused by a PLC that is
    // still connected it is given up uncommitted, and the part stays rejected.
    private bool KeepOrGiveUp(PendingResult result)
    {
        if (!_client.IsConnected)
        {
            return false;
        }

        _status.LatchLinkFault();
        _results.RemoveNewest();
        _daemon.SlotOf(result.Sequence).Clear();
        _daemon.HeadSeq = _results.LastSequence;
        Counters.Add(PlcCounter.ResultsDropped);
        Conclude(result.ToOutcome(acknowledged: false));
        return true;
    }

    private void CountWritten(PendingResult result, long now)
    {
        result.WrittenAt = now;
        Counters.Add(PlcCounter.ResultsWritten);
        switch (VerdictWord.Meaning(result.Word))
        {
            case Verdict.Accept:
                _daemon.Passed++;
                break;
            case Verdict.Reject:
                _daemon.Rejected++;
                break;
            default:
                _daemon.NotInspected++;
                break;
        }
    }

    private void TakeAcknowledgements()
    {
        if (_plc.AckSession != _daemon.SessionId || _awaitsReset)
        {
            return;
        }

        int acknowledged = _results.CountAcknowledged(_plc.AckSeq);
        if (acknowledged < 0)
        {
            ProtocolFault("AckSeq", _plc.AckSeq);
            StartAfresh();
            Publish();
            return;
        }

        for (; acknowledged > 0; acknowledged--)                                  // 6
        {
            PendingResult result = _results.RemoveOldest(acknowledged: true);
            if (result.WrittenAt == 0)
            {
                CountWritten(result, _time.GetTimestamp());
            }

            Counters.Add(PlcCounter.ResultsAcknowledged);
            LogAcknowledged(result.Order.Panel, result.PartId, result.Sequence, result.Word);
            Conclude(result.ToOutcome(acknowledged: true));
        }
    }

    // A PLC that takes nothing for too long is out of step; the handshake begins again from an empty head.
    private void CheckAcknowledgeTime()
    {
        if (!_client.IsConnected || _results.Count == 0)
        {
            return;
        }

        PendingResult oldest = _results[0];
        if (oldest.WrittenAt != 0 && _time.GetElapsedTime(oldest.WrittenAt) > _options.AcknowledgeTimeout)
        {
            LogNotAcknowledged(oldest.Sequence, _plc.AckSeq, _results.Count);
            _status.LatchLinkFault();
            StartAfresh();
            Publish();
        }
    }

    private void DropPending()
    {
        while (_results.Count > 0)
        {
            Counters.Add(PlcCounter.ResultsDropped);
            Conclude(_results.RemoveOldest(acknowledged: false).ToOutcome(acknowledged: false));
        }
    }

    // While results can't be written, orders end at their deadline: the part stays rejected by the PLC's default.
    private void ConcludeExpired()
    {
        while (!_online && _orders.Reader.TryPeek(out RejectOrder order) && IsPast(order.Deadline))
        {
            _orders.Reader.TryRead(out _);
            _status.LatchLate();
            ConcludeUnwritten(order);
        }
    }

    private void ConcludeUnwritten(in RejectOrder order)
    {
        Counters.Add(PlcCounter.OrdersExpired);
        LogUnwritten(order.Panel);
        ushort word = order.Verdict == Verdict.Accept
            ? VerdictWord.NotInspected(NotInspectedReason.Deadline)
            : VerdictWord.Of(order.Verdict, order.Reason);
        Conclude(new RejectOutcome(order.Panel, 0, 0, word, 0, false, 0));
    }

    private void Conclude(in RejectOutcome outcome)
    {
        _pendingCount = _results.Count;
        _concluded(outcome);
    }
}

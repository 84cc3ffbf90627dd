using MpcgLine.Inspection.Rejection;

namespace MpcgLine.Devices.Plc;

/// <summary>
/// The results written and not yet acknowledged, oldest first: never more than there are slots, so that no slot is
/// overwritten before the PLC has said it read it. Gives out the sequence numbers. One thread; no allocation.
/// </summary>
internal sealed class PendingResults
{
    private readonly PendingResult[] _ring = [.. Enumerable.Range(0, RegisterMap.ResultSlots).Select(_ => new PendingResult())];
    private int _first;

    public int Count { get; private set; }

    public bool IsFull => Count == _ring.Length;

    /// <summary>Sequence of the newest result given out, 0 after a reset.</summary>
    public ushort LastSequence { get; private set; }

    /// <summary>Newest sequence acknowledged, 0 after a reset.</summary>
    public ushort LastAcknowledged { get; private set; }

    /// <summary>Result by age, 0 the oldest.</summary>
    public PendingResult this[int index] => _ring[(_first + index) % _ring.Length];

    /// <summary>Takes the next sequence number; the caller has checked <see cref="IsFull"/>.</summary>
    public PendingResult Add(in RejectOrder order)
    {
        if (IsFull)
        {
            throw new InvalidOperationException("Every slot holds an unacknowledged result.");
        }

        PendingResult result = _ring[(_first + Count) % _ring.Length];
        LastSequence = SequenceNumber.Next(LastSequence);
        result.Start(order, LastSequence);
        Count++;
        return result;
    }

    /// <summary>Takes the newest result back, with its sequence number: it was never committed.</summary>
    public void RemoveNewest()
    {
        LastSequence = Count > 1 ? this[Count - 2].Sequence : LastAcknowledged;
        Count--;
    }

    /// <summary>Takes the oldest result out, which <paramref name="acknowledged"/> or given up.</summary>
    public PendingResult RemoveOldest(bool acknowledged)
    {
        PendingResult oldest = this[0];
        if (acknowledged)
        {
            LastAcknowledged = oldest.Sequence;
        }

        _first = (_first + 1) % _ring.Length;
        Count--;
        return oldest;
    }

    /// <summary>
    /// How many of the oldest results <paramref name="ackSeq"/> acknowledges; -1 for a number that was never written.
    /// </summary>
    public int CountAcknowledged(ushort ackSeq)
    {
        int acknowledged = SequenceNumber.Distance(LastAcknowledged, ackSeq);
        return SequenceNumber.IsValid(ackSeq) && acknowledged <= Count ? acknowledged : -1;
    }

    /// <summary>Starts the numbering afresh; nothing may be pending.</summary>
    public void Reset()
    {
        if (Count != 0)
        {
            throw new InvalidOperationException("Results are pending.");
        }

        LastSequence = 0;
        LastAcknowledged = 0;
    }
}

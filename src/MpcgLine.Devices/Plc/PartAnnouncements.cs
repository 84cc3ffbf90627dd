using MpcgLine.Inspection.Rejection;

namespace MpcgLine.Devices.Plc;

/// <summary>Reads newly announced parts out of the PLC's block, in order, each once.</summary>
internal sealed class PartAnnouncements(PartBinding binding, PlcCounters counters)
{
    private const int ChallengeFlag = 1;
    private ushort _last;

    /// <summary>Nothing announced up to <paramref name="head"/> binds any more.</summary>
    public void StartAfter(ushort head)
    {
        binding.Forget();
        _last = SequenceNumber.IsValid(head) ? head : (ushort)0;
    }

    /// <summary>
    /// Takes what is new. A torn or unfinished slot ends the walk, and is read again with the next block. Returns
    /// false where the head can't follow from what was read before: nothing binds until a fresh announcement.
    /// </summary>
    public bool Take(PlcRegisters plc)
    {
        ushort head = plc.HeadPartSeq;
        int news = SequenceNumber.Distance(_last, head);
        if (!SequenceNumber.IsValid(head) || (head == 0 && _last != 0) || news > SequenceNumber.Count / 2)
        {
            StartAfter(head);
            return false;
        }

        for (; news > RegisterMap.PartSlots; news--)
        {
            _last = SequenceNumber.Next(_last);
            counters.Add(PlcCounter.PartsMissed);
        }

        for (; news > 0; news--)
        {
            ushort sequence = SequenceNumber.Next(_last);
            PartSlot slot = plc.ReadPart(sequence);
            if (slot.Sequence != sequence || slot.SequenceEnd != sequence)
            {
                break;
            }

            _last = sequence;
            counters.Add(PlcCounter.PartsAnnounced);
            binding.Announce(new AnnouncedPart(slot.PartId, slot.Encoder, (slot.Flags & ChallengeFlag) != 0));
        }

        return true;
    }
}

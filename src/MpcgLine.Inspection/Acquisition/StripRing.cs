using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace MpcgLine.Inspection.Acquisition;

/// <summary>
/// Fixed ring of strips between one producer (the camera thread) and one consumer (the stitching thread). Nothing
/// blocks and nothing is allocated after construction: a worker that wants to wait does so on a signal of its own,
/// released after each <see cref="Publish"/>.
/// </summary>
/// <remarks>
/// Sequences count strips for ever; slot = sequence modulo capacity. The producer alone writes the published
/// sequence, the consumer alone the released one, each with release semantics after its last access to the slot, so
/// that the other side's acquiring read orders the slot's content.
/// </remarks>
public sealed class StripRing
{
    private readonly Strip[] _slots;
    private PaddedSequence _published;
    private PaddedSequence _released;
    private long _overruns;
    private long _overrunsAtPublish;
    private bool _claimed;
    private bool _reading;

    /// <summary>Allocates every slot, pinned.</summary>
    /// <param name="capacity">Slots, at least 2.</param>
    /// <param name="width">Pixels per line.</param>
    /// <param name="linesPerStrip">Most lines per strip.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of range.</exception>
    public StripRing(int capacity, int width, int linesPerStrip)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 2);
        _slots = new Strip[capacity];
        for (int i = 0; i < capacity; i++)
        {
            _slots[i] = new Strip(width, linesPerStrip);
        }
    }

    /// <summary>Number of slots.</summary>
    public int Capacity => _slots.Length;

    /// <summary>Strips published and not yet released; any thread, a moment's value.</summary>
    public int Count => (int)(Volatile.Read(ref _published.Value) - Volatile.Read(ref _released.Value));

    /// <summary>Strips that found the ring full, since the start; any thread.</summary>
    public long Overruns => Volatile.Read(ref _overruns);

    /// <summary>Whether <see cref="TryClaim"/> would succeed; producer thread. For sources that may be held up.</summary>
    public bool HasRoom => _claimed || Count < _slots.Length;

    /// <summary>
    /// Producer: the next slot to fill, owned by the caller until <see cref="Publish"/>. A slot that was claimed and
    /// not published is given out again.
    /// </summary>
    /// <returns>False when the ring is full; one overrun is then counted, so call this once per strip that is due.</returns>
    public bool TryClaim([NotNullWhen(true)] out Strip? strip)
    {
        long next = _published.Value;
        if (!_claimed && next - Volatile.Read(ref _released.Value) >= _slots.Length)
        {
            Interlocked.Increment(ref _overruns);
            strip = null;
            return false;
        }

        _claimed = true;
        strip = _slots[(int)(next % _slots.Length)];
        return true;
    }

    /// <summary>Producer: hands the claimed slot to the consumer.</summary>
    /// <exception cref="InvalidOperationException">No slot is claimed.</exception>
    public void Publish()
    {
        if (!_claimed)
        {
            throw new InvalidOperationException("Publish without a claimed slot.");
        }

        long overruns = _overruns;
        _slots[(int)(_published.Value % _slots.Length)].OverrunsBefore = overruns - _overrunsAtPublish;
        _overrunsAtPublish = overruns;
        _claimed = false;
        Volatile.Write(ref _published.Value, _published.Value + 1);
    }

    /// <summary>Consumer: the oldest published slot, owned by the caller until <see cref="Release"/>.</summary>
    /// <returns>False when nothing is published.</returns>
    public bool TryRead([NotNullWhen(true)] out Strip? strip)
    {
        long next = _released.Value;
        if (next >= Volatile.Read(ref _published.Value))
        {
            strip = null;
            return false;
        }

        _reading = true;
        strip = _slots[(int)(next % _slots.Length)];
        return true;
    }

    /// <summary>Consumer: gives the slot read last back to the producer; its content is not to be touched after.</summary>
    /// <exception cref="InvalidOperationException">No slot is being read.</exception>
    public void Release()
    {
        if (!_reading)
        {
            throw new InvalidOperationException("Release without a slot being read.");
        }

        _reading = false;
        Volatile.Write(ref _released.Value, _released.Value + 1);
    }

    // Two cache lines each (adjacent-line prefetch), so that producer and consumer do not share one.
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct PaddedSequence
    {
        [FieldOffset(128)]
        public long Value;
    }
}

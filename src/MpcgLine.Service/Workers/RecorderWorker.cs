using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using MpcgLine.Devices.Cameras.Bursts;
using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Rejection;
using MpcgLine.Inspection.Verdicts;
using MpcgLine.Service.Telemetry;

namespace MpcgLine.Service.Workers;

/// <summary>
/// Off the hot path: brings each verdict together with what the PLC read of it, writes the events, and tells the
/// observers. Its queue is bounded; what finds no room is counted, and its verdict was given all the same.
/// </summary>
internal sealed class RecorderWorker(IReadOnlyList<ILineObserver> observers, LineCounters counters, TimeProvider time, ILogger logger)
{
    private const int Capacity = 256;

    private readonly Channel<Record> _records = Channel.CreateBounded<Record>(new BoundedChannelOptions(Capacity) { SingleReader = true });
    private readonly Dictionary<PanelId, Record> _awaitingPlc = [];
    private readonly ConcurrentDictionary<long, string> _sources = [];

    /// <summary>Notes what a burst shows; camera thread.</summary>
    public void NoteSource(BurstStart burst)
    {
        _sources[burst.Burst] = burst.Source;
        _sources.TryRemove(burst.Burst - Capacity, out _);
    }

    /// <summary>Takes a verdict; any thread, never waits.</summary>
    /// <param name="verdict">The verdict.</param>
    /// <param name="picture">Handed over.</param>
    /// <param name="isOrdered">Whether an outcome of the PLC link will follow.</param>
    public void Take(PanelVerdict verdict, PanelPicture? picture, bool isOrdered) =>
        Write(new Record(verdict, picture, isOrdered, null));

    /// <summary>Takes what became of an order; any thread, never waits.</summary>
    public void Take(RejectOutcome outcome) => Write(new Record(null, null, false, outcome));

    /// <summary>No record comes any more; <see cref="RunAsync"/> then ends after the last one.</summary>
    public void Complete() => _records.Writer.TryComplete();

    /// <summary>The loop. Once <paramref name="over"/> is cancelled, what is left is dropped and counted.</summary>
    public async Task RunAsync(CancellationToken over)
    {
        await foreach (Record record in _records.Reader.ReadAllAsync(CancellationToken.None))
        {
            if (over.IsCancellationRequested)
            {
                Drop(record);
            }
            else
            {
                Join(record);
            }
        }

        foreach (Record record in _awaitingPlc.Values)
        {
            if (over.IsCancellationRequested)
            {
                Drop(record);
            }
            else
            {
                End(record, null);
            }
        }
    }

    private void Drop(Record record)
    {
        record.Picture?.Dispose();
        logger.RecordDropped(counters.Add(LineCounter.RecordsDropped));
    }

    private void Write(Record record)
    {
        if (!_records.Writer.TryWrite(record))
        {
            Drop(record);
        }
    }

    // The link may conclude an order before the verdict's own record is in the queue, so either may come first.
    private void Join(Record record)
    {
        PanelId panel = record.Verdict?.Panel ?? record.Outcome!.Value.Panel;
        if (record.Verdict is not null && !record.IsOrdered)
        {
            End(record, null);
        }
        else if (!_awaitingPlc.Remove(panel, out Record? other))
        {
            KeepUntilOther(panel, record);
        }
        else if (record.Verdict is not null)
        {
            End(record, other.Outcome);
        }
        else
        {
            End(other, record.Outcome);
        }
    }

    // A record's other half may have been dropped: what waits longest then ends without it.
    private void KeepUntilOther(PanelId panel, Record record)
    {
        if (_awaitingPlc.Count >= Capacity)
        {
            (PanelId oldest, Record alone) = _awaitingPlc.MinBy(entry => entry.Key.Value);
            _awaitingPlc.Remove(oldest);
            End(alone, null);
        }

        _awaitingPlc.Add(panel, record);
    }

    private void End(Record record, RejectOutcome? outcome)
    {
        if (record.Verdict is not { } verdict)
        {
            return;
        }

        _sources.TryRemove(verdict.Burst, out string? source);
        source ??= "";
        using (record.Picture)
        {
            logger.PanelEnded(source, verdict, outcome, time);
            foreach (ILineObserver observer in observers)
            {
                observer.PanelEnded(source, verdict, outcome, record.Picture);
            }
        }
    }

    private sealed record Record(PanelVerdict? Verdict, PanelPicture? Picture, bool IsOrdered, RejectOutcome? Outcome);
}

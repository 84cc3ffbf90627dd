using Microsoft.Extensions.Logging;
using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Rejection;
using MpcgLine.Inspection.Verdicts;
using MpcgLine.Service.Telemetry;

namespace MpcgLine.Service.Workers;

/// <summary>
/// Where a panel gets its one verdict: it goes to the PLC first and to the recorder second. Any thread; the inference
/// thread brings verdicts, the deadline monitor those of panels that have none in time.
/// </summary>
internal sealed class VerdictDesk(
    OpenPanels panels, IRejectSink? sink, RecorderWorker recorder, LineCounters counters, TimeProvider time, TimeSpan deadline, ILogger logger)
{
    private readonly long _deadlineTicks = (long)(deadline.TotalSeconds * time.TimestampFrequency);

    /// <summary>When the verdict of a panel is due.</summary>
    /// <param name="lastLineAt">Timestamp at which its last line was exposed, or is due.</param>
    public long DueAfter(long lastLineAt) => lastLineAt + _deadlineTicks;

    /// <summary>Whether a panel has its verdict already: nothing more about it is worth the time.</summary>
    public bool IsJudged(PanelStamp panel) => panels.IsJudged(panel.Panel);

    /// <summary>Takes a verdict in; one that comes after the monitor's is counted and dropped.</summary>
    /// <param name="panel">The panel.</param>
    /// <param name="verdict">Its verdict.</param>
    /// <param name="picture">The panel's pixels, handed over; null where none are kept.</param>
    public void Conclude(PanelStamp panel, PanelVerdict verdict, PanelPicture? picture)
    {
        if (!panels.TryTake(panel))
        {
            counters.Add(LineCounter.LateVerdicts);
            logger.LateVerdict(verdict.Panel.Value, verdict.Verdict);
            picture?.Dispose();
            return;
        }

        Give(verdict, picture);
    }

    /// <summary>Judges every panel whose verdict is overdue.</summary>
    public void DenyOverdue()
    {
        while (panels.TryTakeOverdue(time.GetTimestamp(), out PanelStamp panel, out long dueAt))
        {
            counters.Add(LineCounter.DeadlinesMissed);
            Give(Denied(panel, NotInspectedReason.Deadline, dueAt - _deadlineTicks), null);
        }
    }

    /// <summary>Judges every panel that is still open, when nothing will judge it any more.</summary>
    public void DenyOpen(NotInspectedReason reason)
    {
        while (panels.TryTakeOverdue(long.MaxValue, out PanelStamp panel, out _))
        {
            Give(Denied(panel, reason, time.GetTimestamp()), null);
        }
    }

    private void Give(PanelVerdict verdict, PanelPicture? picture)
    {
        bool isOrdered = sink is not null && sink.TrySubmit(new RejectOrder(
            verdict.Panel,
            verdict.Verdict,
            verdict.Reason,
            verdict.Verdict == Verdict.Reject && verdict.Defects.Count > 0 ? (int)verdict.Defects[0].Class : 0,
            verdict.LeadingEdge,
            DueAfter(verdict.LastLineAt)));
        if (sink is not null && !isOrdered)
        {
            logger.OrderRefused(verdict.Panel.Value, counters.Add(LineCounter.OrdersRefused));
        }

        recorder.Take(verdict, picture, isOrdered);
    }

    private PanelVerdict Denied(PanelStamp panel, NotInspectedReason reason, long lastLineAt) => new(
        panel.Panel,
        panel.Burst,
        Verdict.NotInspected,
        reason,
        [],
        panel.Length,
        0,
        0,
        panel.LeadingEdge,
        lastLineAt,
        time.GetTimestamp());
}

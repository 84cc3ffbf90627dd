using System.Diagnostics;
using MpcgLine.Devices.Plc;
using MpcgLine.Inspection;
using MpcgLine.Inspection.Rejection;
using MpcgLine.Inspection.Verdicts;
using MpcgLine.Service.Workers;

namespace MpcgLine.Service.Measuring;

/// <summary>Notes every panel's end; read once the production line has ended.</summary>
/// <param name="capacity">Panels expected: beyond it, noting allocates.</param>
/// <param name="enough">Panels that <see cref="Enough"/> waits for.</param>
internal sealed class LineWatch(int capacity, int enough = 1) : ILineObserver
{
    private readonly List<SeenPanel> _panels = new(capacity);
    private readonly TaskCompletionSource _enough = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The panels in the order of their verdicts.</summary>
    public IReadOnlyList<SeenPanel> Panels => _panels;

    /// <summary>Ends when enough panels were seen.</summary>
    public Task Enough => _enough.Task;

    public void PanelEnded(string source, PanelVerdict verdict, RejectOutcome? outcome, PanelPicture? picture)
    {
        long toldAt = outcome is { WrittenAt: > 0 } told ? told.WrittenAt : verdict.DecidedAt;
        _panels.Add(new SeenPanel(
            verdict.LastLineAt,
            verdict.DecidedAt,
            Stopwatch.GetTimestamp(),
            Stopwatch.GetElapsedTime(verdict.LastLineAt, toldAt).TotalMilliseconds,
            outcome is { Acknowledged: true } read && read.ReadBackWord == VerdictWord.Of(verdict.Verdict, verdict.Reason),
            verdict.Verdict == Verdict.NotInspected ? verdict.Reason : null,
            verdict.LinesReceived,
            GC.GetTotalAllocatedBytes(),
            LiveTensors.Count,
            GC.CollectionCount(2)));
        if (_panels.Count == enough)
        {
            _enough.SetResult();
        }
    }
}

/// <summary>A panel's end.</summary>
/// <param name="LastLineAt">Timestamp of its last line.</param>
/// <param name="DecidedAt">Timestamp of the verdict.</param>
/// <param name="NotedAt">Timestamp at which the observers were told of it, the last there is to do for a panel.</param>
/// <param name="LatencyMs">From its last line to the verdict, in the PLC's registers where it was written there.</param>
/// <param name="IsAcknowledged">Whether the PLC acknowledged the verdict, and read it as it was given.</param>
/// <param name="NotInspected">Why it was not inspected; null where it was.</param>
/// <param name="Lines">Lines received.</param>
/// <param name="AllocatedBytes">Allocated by the program so far.</param>
/// <param name="LiveTensors">Tensors alive then.</param>
/// <param name="Gen2Collections">Collections of the oldest generation so far.</param>
internal readonly record struct SeenPanel(
    long LastLineAt,
    long DecidedAt,
    long NotedAt,
    double LatencyMs,
    bool IsAcknowledged,
    NotInspectedReason? NotInspected,
    int Lines,
    long AllocatedBytes,
    long LiveTensors,
    int Gen2Collections)
{
    /// <summary>Whether it was inspected.</summary>
    public bool IsInspected => NotInspected is null;
}

using Microsoft.Extensions.Logging;
using MpcgLine.Inspection;
using MpcgLine.Inspection.Acquisition;
using MpcgLine.Inspection.Stitching;
using MpcgLine.Inspection.Verdicts;
using MpcgLine.Service.Telemetry;

namespace MpcgLine.Service.Workers;

/// <summary>The stitching thread's loop: strips from the ring become pieces in the queue, in order and none lost.</summary>
/// <param name="pipeline">The inspection path; its stitching side belongs to this thread.</param>
/// <param name="source">The camera, for what it may be asked to do.</param>
/// <param name="handOver">Ring, queue and signals.</param>
/// <param name="token">The liveness token.</param>
/// <param name="panels">Told of every panel from its first strip on.</param>
/// <param name="desk">Knows when a verdict is due.</param>
/// <param name="time">Clock.</param>
/// <param name="counters">The inspection path's.</param>
/// <param name="logger">For gaps.</param>
internal sealed class StitchWorker(
    InspectionPipeline pipeline,
    CameraDescription source,
    LineHandOver handOver,
    LivenessToken token,
    OpenPanels panels,
    VerdictDesk desk,
    TimeProvider time,
    InspectionCounters counters,
    ILogger logger)
{
    /// <summary>Returns once acquisition has ended and the ring is empty; <paramref name="abort"/> ends every wait for room.</summary>
    public void Run(CancellationToken abort)
    {
        try
        {
            while (StitchOne(abort))
            {
                token.Pass(LineStage.Stitching);
                CloseOverdue(abort);
            }

            pipeline.CloseIncomplete(NotInspectedReason.Camera);
            HandOver(abort);
        }
        finally
        {
            handOver.EndStitching();
            token.Retire(LineStage.Stitching);
        }
    }

    private bool StitchOne(CancellationToken abort)
    {
        bool isLast = handOver.IsAcquisitionDone;
        if (!handOver.Ring.TryRead(out Strip? strip))
        {
            handOver.StripReady.Wait(isLast ? TimeSpan.Zero : LineHandOver.Poll);
            return !isLast;
        }

        while (source.WaitsForRoom && !pipeline.HasRoomFor(strip.Stamp) && !abort.IsCancellationRequested)
        {
            WaitForRoom();
        }

        long missing = counters[InspectionCounter.MissingBursts];
        pipeline.Accept(strip);
        if (counters[InspectionCounter.MissingBursts] - missing is var gap and > 0)
        {
            logger.BurstsMissing(gap, strip.Stamp.Burst);
        }

        handOver.Ring.Release();
        handOver.StripReleased.Set();
        if (pipeline.IsPanelOpen)
        {
            // Without a line rate no line is ever due; such a panel is expected from its newest strip on.
            panels.Expect(pipeline.OpenPanel, source.WaitsForRoom ? long.MaxValue : desk.DueAfter(pipeline.LastLineDue));
        }

        HandOver(abort);
        return true;
    }

    private void CloseOverdue(CancellationToken abort)
    {
        if (!source.WaitsForRoom && pipeline.IsPanelOpen && time.GetTimestamp() > desk.DueAfter(pipeline.LastLineDue))
        {
            pipeline.CloseIncomplete(NotInspectedReason.Deadline);
            HandOver(abort);
        }
    }

    private void HandOver(CancellationToken abort)
    {
        while (pipeline.TryTake(out StitchedPiece piece))
        {
            if (piece.Row is null)
            {
                panels.Expect(piece.End.Panel, desk.DueAfter(piece.End.LastLineAt));
            }

            while (!handOver.Pieces.Writer.TryWrite(piece))
            {
                if (abort.IsCancellationRequested)
                {
                    return;
                }

                WaitForRoom();
            }

            handOver.PieceReady.Set();
        }
    }

    private void WaitForRoom()
    {
        token.Pass(LineStage.Stitching);
        handOver.PieceTaken.Wait(LineHandOver.Poll);
    }
}

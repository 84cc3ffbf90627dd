using Microsoft.Extensions.Logging;
using MpcgLine.Inspection.Acquisition;
using MpcgLine.Service.Telemetry;

namespace MpcgLine.Service.Workers;

/// <summary>
/// The camera thread's loop. It never waits for us: with the ring full, the strip that comes is counted as an overrun and
/// dropped. Only a source without a clock of its own is held up instead.
/// </summary>
internal sealed class AcquisitionWorker(ILineScanCamera camera, LineHandOver handOver, LivenessToken token, ILogger logger)
{
    private readonly Strip _spare = new(camera.Description.Width, camera.Description.LinesPerStrip);

    private volatile bool _isReleased;

    /// <summary>Lets the camera start: until then the loop only passes the liveness token on.</summary>
    public void Release() => _isReleased = true;

    /// <summary>Returns at the source's end or once <paramref name="stop"/> is cancelled.</summary>
    public void Run(CancellationToken stop)
    {
        try
        {
            while (!_isReleased && !stop.IsCancellationRequested)
            {
                token.Pass(LineStage.Acquisition);
                stop.WaitHandle.WaitOne(LineHandOver.Poll);
            }

            camera.Start();
            while (!stop.IsCancellationRequested && GrabOne(stop))
            {
                token.Pass(LineStage.Acquisition);
            }
        }
        finally
        {
            camera.Stop();
            handOver.EndAcquisition();
            token.Retire(LineStage.Acquisition);
        }
    }

    private bool GrabOne(CancellationToken stop)
    {
        StripRing ring = handOver.Ring;
        if (camera.Description.WaitsForRoom && !ring.HasRoom)
        {
            handOver.StripReleased.Wait(LineHandOver.Poll);
            return true;
        }

        Strip? claimed = null;
        bool isClaimed = ring.HasRoom && ring.TryClaim(out claimed);
        switch (camera.Grab(claimed ?? _spare, LineHandOver.Poll, stop))
        {
            case GrabOutcome.Filled when isClaimed || TryMoveSpare(ring):
                ring.Publish();
                handOver.StripReady.Set();
                return true;
            case GrabOutcome.Ended:
                return false;
            default:
                return true;
        }
    }

    // Room may have come while the camera was grabbing; else the ring counts the overrun.
    private bool TryMoveSpare(StripRing ring)
    {
        if (!ring.TryClaim(out Strip? slot))
        {
            // Powers of two: the first is told at once, a flood does not flood the log.
            if (System.Numerics.BitOperations.IsPow2(ring.Overruns))
            {
                logger.Overrun(ring.Overruns, ring.Capacity);
            }

            return false;
        }

        _spare.Pixels[..(_spare.Stamp.LineCount * _spare.Width)].CopyTo(slot.Pixels);
        slot.Stamp = _spare.Stamp;
        return true;
    }
}

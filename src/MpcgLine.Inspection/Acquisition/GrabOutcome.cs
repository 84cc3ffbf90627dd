namespace MpcgLine.Inspection.Acquisition;

/// <summary>How a call to <see cref="ILineScanCamera.Grab"/> ended.</summary>
public enum GrabOutcome
{
    /// <summary>No strip was due within the timeout; the camera is alive.</summary>
    Idle = 0,

    /// <summary>The slot holds a strip and its stamp.</summary>
    Filled,

    /// <summary>The source has no more strips (end of a replay or of a bounded simulation).</summary>
    Ended,
}

namespace MpcgLine.Inspection.Acquisition;

/// <summary>
/// A line-scan camera, real, simulated or replayed. All members are called on the camera thread, except
/// <see cref="IDisposable.Dispose"/>, which follows after that thread has ended.
/// </summary>
public interface ILineScanCamera : IDisposable
{
    /// <summary>Fixed properties of the opened camera.</summary>
    CameraDescription Description { get; }

    /// <summary>Starts acquisition. Called once.</summary>
    /// <exception cref="CameraException">The camera refused.</exception>
    void Start();

    /// <summary>
    /// Waits for the next strip and copies it into <paramref name="slot"/>, which stays the caller's.
    /// </summary>
    /// <param name="slot">Slot of <c>Description.Width</c> and at least <c>Description.LinesPerStrip</c>.</param>
    /// <param name="timeout">Longest wait for a strip; on expiry the outcome is <see cref="GrabOutcome.Idle"/>.</param>
    /// <param name="cancellation">Ends the wait at once with <see cref="GrabOutcome.Idle"/>.</param>
    /// <exception cref="CameraException">The camera was lost.</exception>
    GrabOutcome Grab(Strip slot, TimeSpan timeout, CancellationToken cancellation);

    /// <summary>Stops acquisition; safe to call when not started.</summary>
    void Stop();
}

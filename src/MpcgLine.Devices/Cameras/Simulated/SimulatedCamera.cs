using MpcgLine.Devices.Cameras.Bursts;
using MpcgLine.Inspection.Acquisition;
using MpcgLine.Simulation;

namespace MpcgLine.Devices.Cameras.Simulated;

/// <summary>
/// A line-scan camera over rendered panels: burst by burst, at a line rate or as fast as the ring takes it, with
/// faults on request. Lines are rendered on the camera thread, strip by strip, before the wait for their time.
/// </summary>
public sealed class SimulatedCamera : ILineScanCamera
{
    private readonly BurstPlayer _player;

    /// <param name="panels">The production line's panels.</param>
    /// <param name="options">Line rate, strips, gaps and faults.</param>
    /// <param name="time">Clock of the stamps and of the line rate.</param>
    /// <param name="burstStarted">Called on the camera thread when a leading edge is under the camera; must not block. Null if nobody listens.</param>
    /// <exception cref="CameraException">The options have problems; the message lists all of them.</exception>
    public SimulatedCamera(PanelSequence panels, BurstOptions options, TimeProvider time, Action<BurstStart>? burstStarted = null)
    {
        ArgumentNullException.ThrowIfNull(panels);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        if (options.Problems() is { Count: > 0 } problems)
        {
            throw new CameraException($"Simulated camera: {string.Join(' ', problems)}");
        }

        var source = new SimulatedPanels(panels);
        _player = new BurstPlayer(source, options, time, burstStarted);
        Description = new CameraDescription("Simulated", source.Width, options.LinesPerStrip, IsReal: false, WaitsForRoom: !_player.IsPaced);
    }

    /// <inheritdoc/>
    public CameraDescription Description { get; }

    /// <inheritdoc/>
    public void Start() => _player.Start();

    /// <inheritdoc/>
    public GrabOutcome Grab(Strip slot, TimeSpan timeout, CancellationToken cancellation) =>
        _player.Grab(slot, timeout, cancellation);

    /// <inheritdoc/>
    public void Stop()
    {
        // Nothing runs between two grabs.
    }

    /// <inheritdoc/>
    public void Dispose() => _player.Dispose();
}

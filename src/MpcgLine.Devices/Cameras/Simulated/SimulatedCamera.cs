using MpcgLine.Devices.Cameras.Bursts;
using MpcgLine.Inspection.Acquisition;
using MpcgLine.Inspection.Primitives;
using MpcgLine.Simulation;

namespace MpcgLine.Devices.Cameras.Simulated;

/// <summary>
/// A line-scan camera over simulated panels: burst by burst, at a line rate or as fast as the ring takes it, with
/// faults on request. Lines are rendered on the camera thread, strip by strip, before the wait for their time, unless
/// the panels were rendered beforehand.
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
        : this(new SimulatedPanels(panels ?? throw new ArgumentNullException(nameof(panels))), options, time, burstStarted)
    {
    }

    /// <summary>A camera over panels that were rendered beforehand: it takes no more of the processor than copying does.</summary>
    /// <param name="panels">Played round and round; at least one, all of one width.</param>
    /// <param name="count">Panels to play.</param>
    /// <param name="options">Line rate, strips, gaps and faults.</param>
    /// <param name="time">Clock of the stamps and of the line rate.</param>
    /// <param name="burstStarted">Called on the camera thread when a leading edge is under the camera; must not block. Null if nobody listens.</param>
    /// <exception cref="CameraException">The options have problems, there is no panel, or their widths differ.</exception>
    public SimulatedCamera(
        IReadOnlyList<GrayImage> panels, long count, BurstOptions options, TimeProvider time, Action<BurstStart>? burstStarted = null)
        : this(new RenderedPanels(panels ?? throw new ArgumentNullException(nameof(panels)), count), options, time, burstStarted)
    {
    }

    private SimulatedCamera(IBurstSource source, BurstOptions options, TimeProvider time, Action<BurstStart>? burstStarted)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        if (options.Problems() is { Count: > 0 } problems)
        {
            throw new CameraException($"Simulated camera: {string.Join(' ', problems)}");
        }

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

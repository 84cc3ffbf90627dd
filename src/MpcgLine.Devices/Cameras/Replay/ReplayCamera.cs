using Microsoft.Extensions.Logging;
using MpcgLine.Devices.Cameras.Bursts;
using MpcgLine.Inspection.Acquisition;

namespace MpcgLine.Devices.Cameras.Replay;

/// <summary>
/// A line-scan camera over files: panel images, each one burst, or one recorded run with its own strips and stamps.
/// Images are decoded one at a time into one buffer.
/// </summary>
public sealed partial class ReplayCamera : ILineScanCamera
{
    private readonly ILogger<ReplayCamera> _logger;
    private readonly BurstPlayer? _images;
    private readonly RecordedRun? _run;
    private long _unreadablePanels;

    /// <param name="options">What is replayed, and how.</param>
    /// <param name="time">Clock of the stamps and of the line rate.</param>
    /// <param name="logger">Events 3100..3119.</param>
    /// <param name="burstStarted">Called on the camera thread when a leading edge is under the camera; must not block. Null if nobody listens.</param>
    /// <exception cref="CameraException">The options have problems, or the files can't be replayed; the message names them.</exception>
    public ReplayCamera(
        ReplayCameraOptions options,
        TimeProvider time,
        ILogger<ReplayCamera> logger,
        Action<BurstStart>? burstStarted = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        ArgumentNullException.ThrowIfNull(logger);
        _logger = logger;
        if (options.Problems() is { Count: > 0 } problems)
        {
            throw new CameraException($"Replay: {string.Join(' ', problems)}");
        }

        string name = $"Replay of {string.Join(", ", options.Sources)}";
        if (StripFile.HasExtension(options.Sources[0]))
        {
            bool isPaced = options.Bursts.LinesPerSecond > 0;
            _run = new RecordedRun(options.Sources[0], isPaced, time, burstStarted);
            Description = new CameraDescription(name, _run.Width, _run.LinesPerStrip, IsReal: false, WaitsForRoom: !isPaced);
            return;
        }

        var source = new ImagePanels(options, CountUnreadable);
        _images = new BurstPlayer(source, options.Bursts, time, burstStarted);
        Description = new CameraDescription(name, source.Width, options.Bursts.LinesPerStrip, IsReal: false, WaitsForRoom: !_images.IsPaced);
    }

    /// <inheritdoc/>
    public CameraDescription Description { get; }

    /// <summary>Images that could not be read and became torn panels; any thread.</summary>
    public long UnreadablePanels => Interlocked.Read(ref _unreadablePanels);

    /// <inheritdoc/>
    public void Start()
    {
        _images?.Start();
        _run?.Start();
    }

    /// <inheritdoc/>
    public GrabOutcome Grab(Strip slot, TimeSpan timeout, CancellationToken cancellation) => _images is not null
        ? _images.Grab(slot, timeout, cancellation)
        : _run!.Grab(slot, timeout, cancellation);

    /// <inheritdoc/>
    public void Stop()
    {
        // Nothing runs between two grabs.
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _images?.Dispose();
        _run?.Dispose();
    }

    private void CountUnreadable(string message)
    {
        Interlocked.Increment(ref _unreadablePanels);
        LogUnreadable(message);
    }

    [LoggerMessage(3100, LogLevel.Error, "Image can't be replayed, its panel is torn: {Problem}")]
    private partial void LogUnreadable(string problem);
}

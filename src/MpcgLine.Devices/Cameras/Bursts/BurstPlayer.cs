using MpcgLine.Inspection.Acquisition;
using MpcgLine.Inspection.Primitives;

namespace MpcgLine.Devices.Cameras.Bursts;

/// <summary>
/// Plays panels as bursts of strips, with a line rate or without. Paced, every strip carries the ideal time of its
/// last line and is handed over no sooner; its pixels are ready in a buffer of the player's own before the wait
/// begins, as a grabber's would be. A panel that is not ready when its burst is due holds the belt: the burst, and
/// all after it, begin later. Camera thread only.
/// </summary>
internal sealed class BurstPlayer : IDisposable
{
    private readonly IBurstSource _source;
    private readonly BurstOptions _options;
    private readonly TimeProvider _time;
    private readonly Action<BurstStart>? _burstStarted;
    private readonly byte[] _staging;
    private readonly DueTimer _timer;
    private readonly double _ticksPerLine;

    private BurstPanel _panel;
    private bool _hasPanel;
    private bool _isAnnounced;
    private bool _isStaged;
    private int _strip;
    private long _burst;
    private long _frameId;
    private long _burstLine;
    private double _burstAt;

    public BurstPlayer(IBurstSource source, BurstOptions options, TimeProvider time, Action<BurstStart>? burstStarted)
    {
        _source = source;
        _options = options;
        _time = time;
        _burstStarted = burstStarted;
        _staging = GC.AllocateUninitializedArray<byte>(checked(source.Width * options.LinesPerStrip), pinned: true);
        _timer = new DueTimer(time);
        _ticksPerLine = IsPaced ? time.TimestampFrequency / options.LinesPerSecond : 0;
    }

    public bool IsPaced => _options.LinesPerSecond > 0;

    private int FirstLine => _strip * _options.LinesPerStrip;

    private int LineCount => Math.Min(_options.LinesPerStrip, _panel.LineCount - FirstLine);

    public void Start() => _burstAt = _time.GetTimestamp();

    public GrabOutcome Grab(Strip slot, TimeSpan timeout, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(slot);
        long started = _time.GetTimestamp();
        while (true)
        {
            if (!_hasPanel && !TryBegin())
            {
                return GrabOutcome.Ended;
            }

            TimeSpan left = timeout - _time.GetElapsedTime(started);
            if (cancellation.IsCancellationRequested || !TryAnnounce(left, cancellation))
            {
                return GrabOutcome.Idle;
            }

            Stage();
            left = timeout - _time.GetElapsedTime(started);
            long exposedAt = ExposedAt();
            if (IsPaced && !_timer.Wait(exposedAt, left, cancellation))
            {
                return GrabOutcome.Idle;
            }

            if (TryDeliver(slot, exposedAt))
            {
                return GrabOutcome.Filled;
            }
        }
    }

    public void Dispose()
    {
        _timer.Dispose();
        _source.Dispose();
    }

    private bool TryBegin()
    {
        if (!_source.TryNext(out _panel))
        {
            return false;
        }

        if (_burst > 0)
        {
            _burstAt += _options.GapLines * _ticksPerLine;
            _burstLine += _options.GapLines;
        }

        _burstAt = Math.Max(_burstAt, _time.GetTimestamp());
        _burst++;
        _strip = 0;
        (_hasPanel, _isAnnounced, _isStaged) = (true, false, false);
        return true;
    }

    // The part sensor fires when the leading edge is under the camera, not when the panel was made ready.
    private bool TryAnnounce(TimeSpan timeout, CancellationToken cancellation)
    {
        if (_isAnnounced)
        {
            return true;
        }

        if (IsPaced && !_timer.Wait((long)_burstAt, timeout, cancellation))
        {
            return false;
        }

        _isAnnounced = true;
        _burstStarted?.Invoke(new BurstStart(_burst, EncoderAt(0), _panel.LineCount, _panel.Source));
        return true;
    }

    private void Stage()
    {
        if (!_isStaged && _panel.IsReadable)
        {
            _source.ReadLines(FirstLine, LineCount, _staging.AsSpan(0, LineCount * _source.Width));
        }

        _isStaged = true;
    }

    private long ExposedAt() => IsPaced
        ? (long)(_burstAt + ((FirstLine + LineCount - 1) * _ticksPerLine))
        : _time.GetTimestamp();

    // False for a strip that is missing at its source; the player goes on to the next one either way.
    private bool TryDeliver(Strip slot, long exposedAt)
    {
        BurstFaultKind? fault = FaultOf(_burst, _strip);
        bool isDelivered = fault != BurstFaultKind.Missing;
        if (isDelivered)
        {
            bool isWhole = _panel.IsReadable && fault is null;
            if (isWhole)
            {
                _staging.AsSpan(0, LineCount * _source.Width).CopyTo(slot.Pixels);
            }

            slot.Stamp = new StripStamp(
                _frameId,
                _burst,
                new LineIndex(FirstLine),
                LineCount,
                _panel.LineCount,
                EncoderAt(FirstLine),
                exposedAt,
                isWhole ? StripStatus.Complete : StripStatus.Torn);
        }

        Advance();
        return isDelivered;
    }

    private void Advance()
    {
        _frameId++;
        _strip++;
        _isStaged = false;
        if (FirstLine >= _panel.LineCount)
        {
            _hasPanel = false;
            _burstAt += _panel.LineCount * _ticksPerLine;
            _burstLine += _panel.LineCount;
        }
    }

    private EncoderCount EncoderAt(int line) =>
        _options.FirstEncoder.Advance((_burstLine + line) * _options.EncoderCountsPerLine);

    private BurstFaultKind? FaultOf(long burst, int strip)
    {
        foreach (BurstFault fault in _options.Faults)
        {
            if (fault.Burst == burst && fault.Strip == strip)
            {
                return fault.Kind;
            }
        }

        return null;
    }
}

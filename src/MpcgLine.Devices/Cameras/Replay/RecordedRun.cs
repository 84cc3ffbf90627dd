using System.Buffers.Binary;
using MpcgLine.Devices.Cameras.Bursts;
using MpcgLine.Inspection.Acquisition;

namespace MpcgLine.Devices.Cameras.Replay;

/// <summary>
/// Plays one recorded run: its strips, with their gaps and faults, at the times they were recorded at or as fast as
/// the ring takes them. A strip whose pixels fail their checksum is delivered torn; a stamp that fails, or a file cut
/// short, ends the replay with an error, because nothing behind it can be found. Camera thread only.
/// </summary>
internal sealed class RecordedRun : IDisposable
{
    private readonly string _path;
    private readonly FileStream _file;
    private readonly TimeProvider _time;
    private readonly Action<BurstStart>? _burstStarted;
    private readonly DueTimer _timer;
    private readonly bool _isPaced;
    private readonly byte[] _bytes = new byte[StripFile.StampSize];
    private readonly byte[] _pixels;
    private StripStamp _stamp;
    private bool _isStaged;
    private long _startedAt;
    private long _burst;
    private long _strips;

    /// <exception cref="CameraException">Not a recorded run, or not readable.</exception>
    public RecordedRun(string path, bool isPaced, TimeProvider time, Action<BurstStart>? burstStarted)
    {
        (_path, _isPaced, _time, _burstStarted) = (path, isPaced, time, burstStarted);
        try
        {
            _file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CameraException($"Replay: {path} can't be opened: {e.Message}", e);
        }

        Span<byte> head = _bytes.AsSpan(0, StripFile.HeadSize);
        if (_file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) < head.Length
            || !head.StartsWith(StripFile.Magic)
            || !StripFile.IsSealed(head))
        {
            _file.Dispose();
            throw new CameraException($"Replay: {path} is not a recorded run.");
        }

        uint version = BinaryPrimitives.ReadUInt32LittleEndian(head[8..]);
        Width = BinaryPrimitives.ReadInt32LittleEndian(head[12..]);
        LinesPerStrip = BinaryPrimitives.ReadInt32LittleEndian(head[16..]);
        long size = (long)Width * LinesPerStrip;
        if (version != StripFile.Version || Width < 1 || LinesPerStrip < 1 || size > Array.MaxLength)
        {
            _file.Dispose();
            throw new CameraException(
                $"Replay: {path} states version {version}, {LinesPerStrip} lines of {Width} px; version {StripFile.Version} and at most {Array.MaxLength} pixels are read.");
        }

        _pixels = GC.AllocateUninitializedArray<byte>((int)size, pinned: true);
        _timer = new DueTimer(time);
    }

    public int Width { get; }

    public int LinesPerStrip { get; }

    public void Start() => _startedAt = _time.GetTimestamp();

    public GrabOutcome Grab(Strip slot, TimeSpan timeout, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(slot);
        if (!_isStaged && !TryStage())
        {
            return GrabOutcome.Ended;
        }

        if (_stamp.Burst != _burst)
        {
            _burst = _stamp.Burst;
            _burstStarted?.Invoke(new BurstStart(_burst, _stamp.Encoder, _stamp.BurstLineCount, _path));
        }

        if (cancellation.IsCancellationRequested || (_isPaced && !_timer.Wait(_stamp.ExposedAt, timeout, cancellation)))
        {
            return GrabOutcome.Idle;
        }

        _pixels.AsSpan(0, _stamp.LineCount * Width).CopyTo(slot.Pixels);
        slot.Stamp = _isPaced ? _stamp : _stamp with { ExposedAt = _time.GetTimestamp() };
        _isStaged = false;
        return GrabOutcome.Filled;
    }

    public void Dispose()
    {
        _timer.Dispose();
        _file.Dispose();
    }

    private bool TryStage()
    {
        long at = _file.Position;
        Span<byte> bytes = _bytes;
        ReadExactly(bytes[..StripFile.EndSize], at);
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes) == StripFile.EndMark && StripFile.IsSealed(bytes[..StripFile.EndSize]))
        {
            // Stay before the end, so that asking again gives the end again.
            _file.Position = at;
            long stated = BinaryPrimitives.ReadInt64LittleEndian(bytes[4..]);
            return stated == _strips ? false : throw Broken(at, $"its end states {stated} strips, {_strips} were there");
        }

        ReadExactly(bytes[StripFile.EndSize..], at);
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes) != StripFile.StampMark || !StripFile.IsSealed(bytes))
        {
            throw Broken(at, "the stamp is damaged");
        }

        StripStamp stamp = StripFile.ReadStamp(bytes, out uint pixelCrc);
        if (stamp.LineCount < 1 || stamp.LineCount > LinesPerStrip)
        {
            throw Broken(at, $"the stamp states {stamp.LineCount} lines, 1..{LinesPerStrip} are allowed");
        }

        Span<byte> pixels = _pixels.AsSpan(0, stamp.LineCount * Width);
        ReadExactly(pixels, at);
        long exposedAt = _startedAt + (long)(stamp.ExposedAt * (double)_time.TimestampFrequency / TimeSpan.TicksPerSecond);
        bool isWhole = StripFile.Crc(pixels) == pixelCrc;
        _stamp = stamp with { ExposedAt = exposedAt, Status = isWhole ? stamp.Status : StripStatus.Torn };
        _strips++;
        _isStaged = true;
        return true;
    }

    private void ReadExactly(Span<byte> bytes, long at)
    {
        if (_file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
        {
            throw Broken(at, "the file ends within it");
        }
    }

    private CameraException Broken(long at, string what) =>
        new($"Replay: {_path}, strip {_strips} at byte {at}: {what}.");
}

using MpcgLine.Inspection.Acquisition;

namespace MpcgLine.Devices.Cameras.Replay;

/// <summary>
/// Records strips with their stamps for a later replay. The file is whole only after <see cref="Dispose"/> wrote its
/// end. One thread, not the camera's: it writes to a disk.
/// </summary>
public sealed class StripRecorder : IDisposable
{
    private readonly FileStream _file;
    private readonly TimeProvider _time;
    private readonly int _width;
    private readonly int _linesPerStrip;
    private readonly byte[] _bytes = new byte[StripFile.StampSize];
    private long _strips;
    private long _firstExposedAt;
    private bool _isClosed;

    /// <param name="path">New file, ending in <c>.strips</c>; an existing one is replaced.</param>
    /// <param name="width">Pixels per line.</param>
    /// <param name="linesPerStrip">Most lines of one strip.</param>
    /// <param name="time">Clock of the strips' stamps.</param>
    /// <exception cref="IOException">The file can't be written; also from the other members.</exception>
    public StripRecorder(string path, int width, int linesPerStrip, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(linesPerStrip);
        if (!StripFile.HasExtension(path))
        {
            throw new ArgumentException($"'{path}' must end in {StripFile.Extension}.", nameof(path));
        }

        (_time, _width, _linesPerStrip) = (time, width, linesPerStrip);
        _file = new FileStream(path, FileMode.Create, FileAccess.Write);
        StripFile.WriteHead(_bytes.AsSpan(0, StripFile.HeadSize), width, linesPerStrip);
        _file.Write(_bytes, 0, StripFile.HeadSize);
    }

    /// <summary>Appends one strip; it stays the caller's.</summary>
    public void Write(Strip strip)
    {
        ArgumentNullException.ThrowIfNull(strip);
        StripStamp stamp = strip.Stamp;
        if (strip.Width != _width || stamp.LineCount < 1 || stamp.LineCount > _linesPerStrip)
        {
            throw new ArgumentException(
                $"A strip of {stamp.LineCount} lines of {strip.Width} px does not fit a recording of up to {_linesPerStrip} lines of {_width} px.",
                nameof(strip));
        }

        if (_strips++ == 0)
        {
            _firstExposedAt = stamp.ExposedAt;
        }

        ReadOnlySpan<byte> pixels = strip.Pixels[..(stamp.LineCount * _width)];
        long ticks = (long)((stamp.ExposedAt - _firstExposedAt) * (double)TimeSpan.TicksPerSecond / _time.TimestampFrequency);
        StripFile.WriteStamp(_bytes, stamp, ticks, pixels);
        _file.Write(_bytes);
        _file.Write(pixels);
    }

    /// <summary>Writes the end and closes the file.</summary>
    public void Dispose()
    {
        if (_isClosed)
        {
            return;
        }

        _isClosed = true;
        StripFile.WriteEnd(_bytes.AsSpan(0, StripFile.EndSize), _strips);
        _file.Write(_bytes, 0, StripFile.EndSize);
        _file.Dispose();
    }
}

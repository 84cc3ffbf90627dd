using MpcgLine.Devices.Cameras.Bursts;
using MpcgLine.Imaging;
using MpcgLine.Inspection.Acquisition;

namespace MpcgLine.Devices.Cameras.Replay;

/// <summary>
/// Image files as panels, each one burst. All headers are read at the start, so that the one buffer is as large as
/// the largest image and stays the only one; images are decoded into it when their turn comes.
/// </summary>
internal sealed class ImagePanels : IBurstSource
{
    // A panel whose header can't be read has to have some length for its lines to be missing from.
    private const int UnknownLength = 512;

    private readonly (string Path, int Lines)[] _files;
    private readonly byte[] _pixels;
    private readonly ReplayCameraOptions _options;
    private readonly Action<string> _unreadable;
    private int _next;

    /// <param name="options">Valid options.</param>
    /// <param name="unreadable">Told the message of an image that can't be read and becomes a torn panel.</param>
    /// <exception cref="CameraException">No image, none readable, or widths that differ.</exception>
    public ImagePanels(ReplayCameraOptions options, Action<string> unreadable)
    {
        _options = options;
        _unreadable = unreadable;
        string[] paths = Find(options.Sources);
        _files = new (string, int)[paths.Length];
        long largest = 0;
        string first = string.Empty;
        for (int i = 0; i < paths.Length; i++)
        {
            ImageSize? size = SizeOf(paths[i]);
            _files[i] = (paths[i], size?.Height ?? UnknownLength);
            if (size is not { } known)
            {
                continue;
            }

            if (Width == 0)
            {
                (Width, first) = (known.Width, paths[i]);
            }
            else if (known.Width != Width)
            {
                throw new CameraException(
                    $"Replay: {paths[i]} is {known.Width} px wide, {first} is {Width}; all images of a run have one width.");
            }

            largest = Math.Max(largest, known.PixelCount);
        }

        if (Width == 0)
        {
            throw new CameraException($"Replay: none of the {paths.Length} images in {string.Join(", ", options.Sources)} can be read.");
        }

        _pixels = GC.AllocateUninitializedArray<byte>((int)largest, pinned: true);
    }

    public int Width { get; }

    public bool TryNext(out BurstPanel panel)
    {
        panel = default;
        if (_next >= (long)_files.Length * _options.Repeat)
        {
            return false;
        }

        (string path, int lines) = _files[_next++ % _files.Length];
        panel = new BurstPanel(lines, TryDecode(path, lines), path);
        return true;
    }

    public void ReadLines(int firstLine, int lineCount, Span<byte> destination) =>
        _pixels.AsSpan(firstLine * Width, lineCount * Width).CopyTo(destination);

    public void Dispose()
    {
        // One managed buffer.
    }

    private static string[] Find(IReadOnlyList<string> sources)
    {
        string[] paths =
        [
            .. sources.SelectMany(s => Directory.Exists(s) ? Directory.EnumerateFiles(s).Where(p => !ImageNames.IsMask(p)) : [s])
                .Where(ImageNames.IsImage)
                .OrderBy(Path.GetFileName, StringComparer.Ordinal)
                .ThenBy(p => p, StringComparer.Ordinal),
        ];
        return paths.Length > 0
            ? paths
            : throw new CameraException($"Replay: no {string.Join(", ", ImageNames.Extensions)} file in {string.Join(", ", sources)}.");
    }

    private ImageSize? SizeOf(string path)
    {
        try
        {
            return GrayImageFile.ReadSize(path, _options.MaxPixels);
        }
        catch (ImageFileException e)
        {
            return _options.CorruptImages == CorruptImagePolicy.Fail ? throw new CameraException($"Replay: {e.Message}", e) : null;
        }
    }

    private bool TryDecode(string path, int lines)
    {
        try
        {
            ImageSize size = GrayImageFile.ReadInto(path, _pixels);
            if (size.Width == Width && size.Height == lines)
            {
                return true;
            }

            throw new ImageFileException($"{path}: is {size.Width} x {size.Height} now, was {Width} x {lines} at the start");
        }
        catch (ImageFileException e)
        {
            if (_options.CorruptImages == CorruptImagePolicy.Fail)
            {
                throw new CameraException($"Replay: {e.Message}", e);
            }

            _unreadable(e.Message);
            return false;
        }
    }
}

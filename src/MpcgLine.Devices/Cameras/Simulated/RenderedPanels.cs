using System.Globalization;
using MpcgLine.Devices.Cameras.Bursts;
using MpcgLine.Inspection.Acquisition;
using MpcgLine.Inspection.Primitives;

namespace MpcgLine.Devices.Cameras.Simulated;

/// <summary>Panels that lie ready in memory, played round and round.</summary>
internal sealed class RenderedPanels : IBurstSource
{
    private readonly (GrayImage Image, string Name)[] _panels;
    private readonly long _count;
    private long _next;
    private GrayImage _panel;

    /// <param name="panels">At least one; all of one width.</param>
    /// <param name="count">Panels to play.</param>
    /// <exception cref="CameraException">There is no panel, or widths differ.</exception>
    public RenderedPanels(IReadOnlyList<GrayImage> panels, long count)
    {
        if (panels.Count == 0 || panels.Any(panel => panel.Width != panels[0].Width))
        {
            throw new CameraException("Simulated camera: it needs at least one panel, and all of one width.");
        }

        _panels = [.. panels.Select((panel, i) => (panel, (i + 1).ToString(CultureInfo.InvariantCulture)))];
        _panel = panels[0];
        _count = count;
    }

    public int Width => _panel.Width;

    public bool TryNext(out BurstPanel panel)
    {
        panel = default;
        if (_next >= _count)
        {
            return false;
        }

        (_panel, string name) = _panels[_next++ % _panels.Length];
        panel = new BurstPanel(_panel.Height, true, name);
        return true;
    }

    public void ReadLines(int firstLine, int lineCount, Span<byte> destination) =>
        _panel.Pixels.AsSpan(firstLine * Width, lineCount * Width).CopyTo(destination);

    public void Dispose()
    {
        // The images are the caller's.
    }
}

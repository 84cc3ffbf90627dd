using System.Globalization;
using MpcgLine.Devices.Cameras.Bursts;
using MpcgLine.Simulation;

namespace MpcgLine.Devices.Cameras.Simulated;

/// <summary>The panels of a simulated line; one exists at a time.</summary>
internal sealed class SimulatedPanels(PanelSequence panels) : IBurstSource
{
    private SimulatedPanel? _panel;
    private int _next;

    public int Width => panels.OptionsOf(0).Width;

    public bool TryNext(out BurstPanel panel)
    {
        panel = default;
        if (_next >= panels.Count)
        {
            return false;
        }

        _panel = panels[_next++];
        panel = new BurstPanel(_panel.Length, true, _next.ToString(CultureInfo.InvariantCulture));
        return true;
    }

    public void ReadLines(int firstLine, int lineCount, Span<byte> destination) =>
        _panel!.RenderRows(firstLine, lineCount, destination);

    public void Dispose() => _panel = null;
}

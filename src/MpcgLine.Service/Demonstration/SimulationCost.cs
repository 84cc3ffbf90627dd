using System.Diagnostics;
using MpcgLine.Imaging;
using MpcgLine.Inspection.Primitives;
using MpcgLine.Simulation;

namespace MpcgLine.Service.Demonstration;

/// <summary>
/// What the demonstration itself costs on this machine: panels rendered and overlays drawn on the processor that inspects.
/// Where inspection is fast, that is the larger part.
/// </summary>
internal static class SimulationCost
{
    private const int Lines = 512, WarmUpLines = 64;

    /// <summary>Mean time to render a line and to draw its share of the overlay, from the panel's middle.</summary>
    /// <param name="panel">One of the demonstration's.</param>
    /// <param name="folder">Where an overlay may be written; it is deleted again.</param>
    public static TimeSpan PerLine(SimulatedPanel panel, string folder)
    {
        RenderAndDraw(panel, WarmUpLines, folder);
        long started = Stopwatch.GetTimestamp();
        RenderAndDraw(panel, Lines, folder);
        return Stopwatch.GetElapsedTime(started) / Lines;
    }

    private static void RenderAndDraw(SimulatedPanel panel, int lines, string folder)
    {
        string path = Path.Combine(folder, "measuring.png");
        GrayImage image = new(panel.Width, lines);
        panel.RenderRows((panel.Length - lines) / 2, lines, image.Pixels);
        // Reduced as the whole panel's would be.
        int longestSide = Math.Max(1, OverlayPicture.DefaultLongestSide * Math.Max(panel.Width, lines) / Math.Max(panel.Width, panel.Length));
        OverlayPicture.WritePng(path, image, [], longestSide: longestSide);
        File.Delete(path);
    }
}

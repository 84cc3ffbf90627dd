using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Regions;
using MpcgLine.Learning.Evaluation;
using MpcgLine.Simulation;

namespace MpcgLine.Service.Demonstration;

/// <summary>Detections on one simulated panel against its truth.</summary>
/// <param name="Truth">True defects.</param>
/// <param name="Matches">How they go together with the detections.</param>
internal sealed record PanelScore(IReadOnlyList<TrueDefect> Truth, RegionMatches Matches)
{
    /// <summary>True regions.</summary>
    public int Rendered => Truth.Count;

    /// <summary>True regions that were found.</summary>
    public int Found => Matches.IsFound.Count(isFound => isFound);

    /// <summary>Detections.</summary>
    public int Detections => Matches.IsRight.Count;

    /// <summary>Detections that are right.</summary>
    public int Right => Matches.IsRight.Count(isRight => isRight);

    public static PanelScore Of(SimulatedPanel panel, IReadOnlyList<Defect> defects) => new(
        panel.Defects,
        RegionMatcher.Match(
            [.. panel.Defects.Select(defect => Region(panel, defect.Box))],
            [.. defects.Select(defect => new FoundRegion(defect.Box, defect.AreaPixels))]));

    private static TrueRegion Region(SimulatedPanel panel, PixelBox box)
    {
        byte[] rows = new byte[box.Height * panel.Width];
        panel.RenderMaskRows(box.Y, box.Height, rows);
        byte[] mask = new byte[box.Height * box.Width];
        for (int y = 0; y < box.Height; y++)
        {
            rows.AsSpan((y * panel.Width) + box.X, box.Width).CopyTo(mask.AsSpan(y * box.Width));
        }

        return new TrueRegion(box, mask);
    }
}

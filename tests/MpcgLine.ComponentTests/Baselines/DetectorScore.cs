using System.Globalization;
using MpcgLine.Inspection;
using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Regions;
using MpcgLine.Inspection.Stitching;
using MpcgLine.Inspection.Verdicts;
using MpcgLine.Learning.Evaluation;
using MpcgLine.Simulation;

namespace MpcgLine.ComponentTests.Baselines;

/// <summary>Region figures of one detector over some panels, by the program's own pipeline and match rule.</summary>
internal sealed record DetectorScore(int Rendered, int Found, int Detections, int Right)
{
    public double Recall => (double)Found / Rendered;

    public double Precision => Detections == 0 ? 0 : (double)Right / Detections;

    /// <summary>Harmonic mean (Eq. 25).</summary>
    public double F1 => Recall + Precision > 0 ? 2 * Recall * Precision / (Recall + Precision) : 0;

    public static DetectorScore Of(ITileInspector detector, IReadOnlyList<(SimulatedPanel Panel, GrayImage Image)> panels)
    {
        InspectionPipeline pipeline = Pipeline(detector, panels[0].Panel.Width, EdgeMode.Contrast);
        DetectorScore total = new(0, 0, 0, 0);
        for (int i = 0; i < panels.Count; i++)
        {
            SimulatedPanel panel = panels[i].Panel;
            IReadOnlyList<Defect> defects = pipeline.Inspect(panels[i].Image, i + 1).Defects;
            RegionMatches matches = RegionMatcher.Match(
                [.. panel.Defects.Select(defect => Region(panel, defect.Box))],
                [.. defects.Select(defect => new FoundRegion(defect.Box, defect.AreaPixels))]);
            total = new DetectorScore(
                total.Rendered + panel.Defects.Count,
                total.Found + matches.IsFound.Count(isFound => isFound),
                total.Detections + defects.Count,
                total.Right + matches.IsRight.Count(isRight => isRight));
        }

        return total;
    }

    /// <summary>A pipeline as the demonstration has it, in no hurry and with room for a flood of regions.</summary>
    public static InspectionPipeline Pipeline(ITileInspector detector, int width, EdgeMode edges) => new(
        new InspectionOptions
        {
            Edges = new EdgeOptions { Mode = edges },
            Regions = new RegionOptions { RegionCapacity = 100_000 },
            Verdict = new VerdictOptions { Deadline = TimeSpan.FromHours(1) },
        },
        width,
        detector,
        TimeProvider.System,
        new InspectionCounters());

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"F1 {F1:0.000}, recall {Recall:0.000} ({Found} of {Rendered}), precision {Precision:0.000} ({Right} of {Detections})");

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

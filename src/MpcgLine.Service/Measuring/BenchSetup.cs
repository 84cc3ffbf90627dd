using MpcgLine.Inspection;
using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Inspection.Tiling;
using MpcgLine.Learning.Bundles;
using MpcgLine.Service.Demonstration;
using MpcgLine.Simulation;

namespace MpcgLine.Service.Measuring;

/// <summary>What is measured: a model as this machine runs it, and panels of one kind that were rendered beforehand.</summary>
internal sealed class BenchSetup
{
    /// <summary>Lines of one strip, as in the demonstration.</summary>
    public const int LinesPerStrip = 128;

    // Of which a third is clean, as in the demonstration.
    private const int PanelCount = 6;
    private const int CleanCount = 2;

    private static readonly TimeSpan NoHurry = TimeSpan.FromHours(1);

    public BenchSetup(LoadedModel model, PanelSimulationOptions template)
    {
        (Model, Template) = (model, template);
        Panels = [.. new PanelSequence(template, PanelCount, CleanCount).Select(panel => panel.Render())];
    }

    /// <summary>The bundle, and where and how it runs.</summary>
    public LoadedModel Model { get; }

    /// <summary>What the panels have in common.</summary>
    public PanelSimulationOptions Template { get; }

    /// <summary>Where the networks run.</summary>
    public InferenceDevice Device => Model.Inference.Device;

    /// <summary>Tiles of one tile row.</summary>
    public int TilesPerRow => new TileAxis(Template.Width).Count;

    /// <summary>Strips of one panel.</summary>
    public int StripsPerPanel => (Template.Length + LinesPerStrip - 1) / LinesPerStrip;

    /// <summary>The panels.</summary>
    public IReadOnlyList<GrayImage> Panels { get; }

    /// <summary>The inspection of these panels; a late verdict counts with the time it took, and not as none.</summary>
    public InspectionOptions Inspection()
    {
        InspectionOptions options = DemoRun.InspectionOf(Template);
        options.Verdict.Deadline = NoHurry;
        return options;
    }
}

using MpcgLine.Inspection;

namespace MpcgLine.Service.Configuration;

/// <summary>Everything a production line is told: the configuration file, section by section.</summary>
internal sealed class LineOptions
{
    /// <summary>Where strips come from.</summary>
    public CameraOptions Camera { get; set; } = new();

    /// <summary>Pixel pitch, stitching, edges, regions and verdict.</summary>
    public InspectionOptions Inspection { get; set; } = new();

    /// <summary>The model and how it runs.</summary>
    public ModelOptions Model { get; set; } = new();

    /// <summary>Whom verdicts are told.</summary>
    public PlcOptions Plc { get; set; } = new();

    /// <summary>Where events go.</summary>
    public LogOptions Log { get; set; } = new();

    /// <summary>What is kept of the panels.</summary>
    public OutputOptions Output { get; set; } = new();

    /// <summary>Every value out of range, one sentence each: key, value and what is allowed.</summary>
    public IReadOnlyList<string> Problems()
    {
        List<string> problems = [];
        Camera.AddProblems(problems, nameof(Camera));
        problems.AddRange(Inspection.Problems(nameof(Inspection), Math.Clamp(Camera.LinesPerStrip, 1, 65536)));
        if (Camera.Kind == CameraKind.Simulated && Inspection.Stitching.MaxPanelLines < Camera.Simulated.Length)
        {
            problems.Add(
                $"Inspection:Stitching:MaxPanelLines is {Inspection.Stitching.MaxPanelLines}; allowed for simulated panels of {Camera.Simulated.Length} lines is that and more.");
        }

        Model.AddProblems(problems, nameof(Model));
        Plc.AddProblems(problems, nameof(Plc));
        Log.AddProblems(problems, nameof(Log));
        Output.AddProblems(problems, nameof(Output));
        return problems;
    }
}

using MpcgLine.Inspection.Primitives;
using MpcgLine.Simulation;

namespace MpcgLine.Service.Configuration;

/// <summary>What the simulated camera sees.</summary>
internal sealed class SimulatedCameraOptions
{
    /// <summary>Seed of the production line; default 1.</summary>
    public ulong Seed { get; set; } = 1;

    /// <summary>Panels, 1 .. 1000000; default 24.</summary>
    public int Panels { get; set; } = 24;

    /// <summary>Panels among them without defects, 0 .. Panels; default 8.</summary>
    public int CleanPanels { get; set; } = 8;

    /// <summary>Pixels per line; default 1024.</summary>
    public int Width { get; set; } = 1024;

    /// <summary>Lines per panel; default 2048.</summary>
    public int Length { get; set; } = 2048;

    /// <summary>Shapes of the defects; default Known.</summary>
    public DefectFamily Defects { get; set; }

    /// <summary>The panels.</summary>
    public PanelSequence Sequence(PixelPitch pitch) => new(Template() with { PixelPitch = pitch }, Panels, CleanPanels);

    /// <summary>Adds one sentence per value out of range.</summary>
    public void AddProblems(List<string> problems, string key)
    {
        problems.AddRange(Template().Problems().Select(problem => $"{key}:{problem}"));
        if (Panels is < 1 or > 1_000_000)
        {
            problems.Add($"{key}:Panels is {Panels}; allowed is 1 to 1000000.");
        }

        if (CleanPanels < 0 || CleanPanels > Panels)
        {
            problems.Add($"{key}:CleanPanels is {CleanPanels}; allowed is 0 to Panels, which is {Panels}.");
        }
    }

    private PanelSimulationOptions Template() => new() { Seed = Seed, Width = Width, Length = Length, DefectFamily = Defects };
}

using System.CommandLine;
using MpcgLine.Simulation;

namespace MpcgLine.Service.Commands;

/// <summary>The options that say what a simulated production line makes; shared by the commands that have one.</summary>
internal sealed class SimulationCommandOptions
{
    private readonly Option<ulong> _seed = CommonOptions.Seed();

    private readonly Option<int> _width = CommonOptions.Whole(
        "--width", "Panel width, px.", 1024, PanelSimulationOptions.MinimumSide, PanelSimulationOptions.MaximumWidth);

    private readonly Option<int> _length = CommonOptions.Whole(
        "--length", "Panel length, px.", 2048, PanelSimulationOptions.MinimumSide, PanelSimulationOptions.MaximumLength);

    private readonly Option<DefectFamily> _defects = CommonOptions.Choice(
        "--defects",
        "Shapes of the defects: dots and strips, or shapes no model was trained on.",
        DefectFamily.Known,
        ("known", DefectFamily.Known),
        ("unseen", DefectFamily.Unseen));

    public void AddTo(Command command)
    {
        command.Options.Add(_seed);
        command.Options.Add(_width);
        command.Options.Add(_length);
        command.Options.Add(_defects);
    }

    public ulong Seed(ParseResult parsed) => parsed.GetValue(_seed);

    /// <summary>What every panel is like.</summary>
    public PanelSimulationOptions Template(ParseResult parsed) => new()
    {
        Seed = parsed.GetValue(_seed),
        Width = parsed.GetValue(_width),
        Length = parsed.GetValue(_length),
        DefectFamily = parsed.GetValue(_defects),
    };

    /// <summary>The panels, <paramref name="clean"/> of them without defects.</summary>
    public PanelSequence Sequence(ParseResult parsed, int count, int clean) => new(Template(parsed), count, clean);
}

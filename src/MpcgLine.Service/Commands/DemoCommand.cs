using System.CommandLine;
using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Inspection.Reconstruction.Native;
using MpcgLine.Learning.Bundles;
using MpcgLine.Service.Demonstration;
using MpcgLine.Simulation;

namespace MpcgLine.Service.Commands;

/// <summary><c>mpcgline demo</c>: a simulated production line inspected for real, with a PLC at the end of the wire.</summary>
internal static class DemoCommand
{
    // One panel in three is clean, as many as the promise about clean panels needs.
    private const int DefectivePerClean = 2;

    public static Command Create()
    {
        Option<string> folder = new("--out") { Description = "Folder for overlays, log and summary.json.", DefaultValueFactory = _ => "mpcgline-demo" };
        Option<int> panels = CommonOptions.Whole("--panels", "Panels; a third of them clean.", 24, 1, 10_000);
        Option<bool> full = new("--full") { Description = "One panel of 7168 x 14000 px." };
        Option<string> model = CommonOptions.Model();
        SimulationCommandOptions simulation = new();
        Command command = new("demo", "Watch a simulated production line being inspected.") { folder, panels, full, model };
        simulation.AddTo(command);
        command.SetAction(async parsed =>
        {
            int count = parsed.GetValue(full) ? 1 : parsed.GetValue(panels);
            PanelSimulationOptions template = simulation.Template(parsed);
            if (parsed.GetValue(full))
            {
                template = template with { Width = PanelSimulationOptions.MaximumWidth, Length = PanelSimulationOptions.MaximumLength };
            }

            PanelSequence sequence = new(template, count, count / (DefectivePerClean + 1));
            ModelBundle bundle = ModelFolder.Read(parsed.GetRequiredValue(model));
            TorchRuntime.Load();
            return await new DemoRun(sequence, template, bundle, parsed.GetRequiredValue(folder), withPaper: !parsed.GetValue(full)).RunAsync();
        });
        return command;
    }
}

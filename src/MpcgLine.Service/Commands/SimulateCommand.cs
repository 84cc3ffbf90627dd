using System.CommandLine;
using MpcgLine.Imaging;
using MpcgLine.Service.Records;
using MpcgLine.Simulation;

namespace MpcgLine.Service.Commands;

/// <summary><c>mpcgline simulate</c>: panels, masks and the truth about them as files.</summary>
internal static class SimulateCommand
{
    public static Command Create()
    {
        Option<string> folder = new("--out") { Description = "Folder for panel-N.png, panel-N-mask.png and panel-N.json.", Required = true };
        Option<int> panels = CommonOptions.Whole("--panels", "Panels.", 4, 1, 100_000);
        Option<int?> clean = new("--clean")
        {
            Description = "Render panels without defects: all of them, or as many as the number that follows.",
            Arity = ArgumentArity.ZeroOrOne,
            CustomParser = result => result.Tokens.Count == 0 ? int.MaxValue : ParseCount(result),
        };
        SimulationCommandOptions simulation = new();
        Command command = new("simulate", "Render simulated cover-glass panels with known defects.") { folder, panels, clean };
        simulation.AddTo(command);
        command.SetAction(parsed => Run(
            parsed.GetRequiredValue(folder),
            simulation.Sequence(parsed, parsed.GetValue(panels), Math.Min(parsed.GetValue(clean) ?? 0, parsed.GetValue(panels)))));
        return command;
    }

    private static int? ParseCount(System.CommandLine.Parsing.ArgumentResult result)
    {
        if (int.TryParse(result.Tokens[0].Value, out int count) && count >= 0)
        {
            return count;
        }

        result.AddError($"--clean is '{result.Tokens[0].Value}'; allowed is a number of panels, 0 and more, or nothing for all.");
        return null;
    }

    private static int Run(string folder, PanelSequence panels)
    {
        Directory.CreateDirectory(folder);
        Parallel.For(0, panels.Count, i => Write(folder, i + 1, panels[i]));
        int clean = Enumerable.Range(0, panels.Count).Count(panels.IsClean);
        Console.WriteLine($"{panels.Count} panels, {clean} of them clean, written to {folder}");
        return ExitCode.Done;
    }

    private static void Write(string folder, int number, SimulatedPanel panel)
    {
        PanelTruth truth = PanelTruth.Of(number, panel);
        GrayImageFile.WritePng(Path.Combine(folder, truth.Image), panel.Render());
        GrayImageFile.WritePng(Path.Combine(folder, truth.Mask), panel.RenderMask());
        truth.Write(Path.Combine(folder, $"panel-{number}.json"));
    }
}

using System.Globalization;
using System.Text.Json;
using MpcgLine.Inspection;
using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Service.Records;
using Spectre.Console;

namespace MpcgLine.Service.Measuring;

/// <summary>What one run of <c>bench</c> measured, as JSON and as a table; parts that were not asked for are null.</summary>
/// <param name="Machine">Where and when.</param>
/// <param name="Model">The bundle.</param>
/// <param name="PanelWidth">Width of the panels, px.</param>
/// <param name="PanelLength">Length of the panels, px.</param>
/// <param name="Path">What the inspection path costs.</param>
/// <param name="Line">What a production line sustains.</param>
/// <param name="Soak">Whether it stays flat.</param>
/// <param name="Scaling">Whether cost is linear.</param>
internal sealed record BenchReport(
    Machine Machine,
    string Model,
    int PanelWidth,
    int PanelLength,
    PathFigures? Path = null,
    LineFigures? Line = null,
    SoakFigures? Soak = null,
    ScalingFigures? Scaling = null)
{
    /// <summary>Everything that has a limit.</summary>
    public IReadOnlyList<Bar> Bars => Path?.Bars ?? Soak?.Bars ?? Scaling?.Bars ?? [];

    /// <summary>Whether all of it holds.</summary>
    public bool Holds => Bars.Count > 0 && Bars.All(bar => bar.Holds);

    /// <summary>The bars and whether they hold, in one line.</summary>
    public string Verdict => Bar.Line(Bars);

    public void Write(string path) => File.WriteAllBytes(path, JsonSerializer.SerializeToUtf8Bytes(this, JsonForm.Indented));

    public void Print()
    {
        Console.WriteLine(Machine);
        Console.WriteLine($"model {Model}; panels of {PanelWidth} x {PanelLength} px");
        if (Path is not null)
        {
            PrintPath(Path, onGpu: Machine.Device == InferenceDevice.Cuda);
        }

        if ((Line ?? Soak?.Line) is { } line)
        {
            PrintLine(line);
        }

        if (Soak is not null)
        {
            Console.WriteLine(Text($"peak resident memory after the warm-up {Soak.PeakResidentMebiBytes:0} MiB"));
        }

        if (Scaling is not null)
        {
            Console.WriteLine($"{Scaling.Length} lines {Text(Scaling.OnceMs)} ms, twice as many {Text(Scaling.TwiceMs)} ms");
        }

        PrintBars();
        Console.WriteLine(Verdict);
    }

    // With a GPU the steps are the processor's, and it has none of its own in the networks; and a GPU waits for one small
    // convolution longer than it takes.
    private static void PrintPath(PathFigures path, bool onGpu)
    {
        StepFigures model = path.Model, widthOne = path.WidthOne;
        Table table = new Table().Border(TableBorder.Rounded).AddColumns("ms per tile of 512 x 512 px", "model, learned", "share", "width 1, paper", "share");
        table.AddRow("plain float32 network, width 1", Text(path.ReferenceMs), "", "", "");
        foreach (InspectionStep step in Enum.GetValues<InspectionStep>().Where(step => model.Steps[step].Median > 0 || widthOne.Steps[step].Median > 0))
        {
            table.AddRow(Name(step, onGpu), Text(model.Steps[step]), Share(model, step), Text(widthOne.Steps[step]), Share(widthOne, step));
        }

        table.AddRow("whole path", Text(model.MsPerTile), "", Text(widthOne.MsPerTile), "");
        table.AddRow("stitching, ms per strip", Text(model.StitchingMsPerStrip), "", Text(widthOne.StitchingMsPerStrip), "");
        table.AddRow("allocated by stitching, bytes per strip", Text($"{model.BytesPerStrip:0.#}"), "", Text($"{widthOne.BytesPerStrip:0.#}"), "");
        table.AddRow("allocated by inference, bytes per panel", Text($"{model.BytesPerPanel:0}"), "", Text($"{widthOne.BytesPerPanel:0}"), "");
        AnsiConsole.Write(table);
        if (path.WidthOneInt8 is { } bytes)
        {
            Console.WriteLine(Text($"width 1, paper, in int8: {Text(bytes.MsPerTile)} ms per tile, of which {Text(bytes.Steps[InspectionStep.Reconstruction])} in the reconstruction network"));
        }
        else
        {
            Console.WriteLine($"int8 was not measured: {path.NoInt8}");
        }

        Console.WriteLine(Text($"medians of {path.Rounds} rounds, each over a whole panel; tenth and ninetieth percentile in parentheses"));
        if (!onGpu)
        {
            Console.WriteLine($"peak of one large 3 x 3 convolution: {Text(path.PeakGmacs)} GMAC/s");
        }
    }

    private static void PrintLine(LineFigures line)
    {
        Table table = new Table().Border(TableBorder.Rounded).AddColumns("production line", "");
        table.AddRow("sustained, lines/s", Text($"{line.SustainedLinesPerSecond:0}"));
        table.AddRow("run at, lines/s", Text($"{line.LinesPerSecond:0}"));
        table.AddRow("panels, of these not inspected", Text($"{line.Panels}, {line.NotInspected}{string.Concat(line.Reasons.Select(reason => $"; {reason.Value} {reason.Key}"))}"));
        table.AddRow(
            "verdict after the last line, ms: p50, p99, p99.9, max",
            Text($"{line.LatencyMs.P50:0.0}, {line.LatencyMs.P99:0.0}, {line.LatencyMs.P999:0.0}, {line.LatencyMs.Max:0.0}"));
        table.AddRow("allocated, bytes per strip, per panel", Text($"{line.BytesPerStrip:0}, {line.BytesPerPanel:0}"));
        table.AddRow("live tensors, first and last half", Text($"{line.LiveTensors.First}, {line.LiveTensors.Last}"));
        table.AddRow("gen2 collections", Text($"{line.Gen2Collections}"));
        AnsiConsole.Write(table);
    }

    private void PrintBars()
    {
        Table table = new Table().Border(TableBorder.Rounded).AddColumns("", "measured", "at most", "");
        foreach (Bar bar in Bars)
        {
            table.AddRow(Markup.Escape(bar.Name), Text(bar.Value), Text($"{bar.Limit:0.###}"), bar.Holds ? "holds" : "does not hold");
        }

        AnsiConsole.Write(table);
    }

    private static string Name(InspectionStep step, bool onGpu) => step switch
    {
        InspectionStep.Staging => "tiles cut",
        InspectionStep.Upload => onGpu ? "upload, waiting for the GPU" : "upload",
        InspectionStep.Reconstruction => "reconstruction network",
        InspectionStep.RegionalAnalysis => "regional analysis (DCT)",
        InspectionStep.Maps => "residual, download",
        InspectionStep.FusionInput => "fusion's input",
        InspectionStep.FusionNetwork => "fusion network",
        InspectionStep.DefectivePixels => "outlines or equation 21",
        InspectionStep.Checks => "checks",
        _ => "regions",
    };

    private static string Share(StepFigures figures, InspectionStep step) =>
        Text($"{figures.Steps[step].Median / figures.MsPerTile.Median:P1}");

    private static string Text(Spread spread) => spread.Low == spread.High
        ? Text($"{spread.Median:0.###}")
        : Text($"{spread.Median:0.###} ({spread.Low:0.###} .. {spread.High:0.###})");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

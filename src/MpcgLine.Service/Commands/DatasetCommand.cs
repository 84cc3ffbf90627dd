using System.CommandLine;
using MpcgLine.Imaging;
using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Inspection.Reconstruction.Native;
using MpcgLine.Inspection.Stitching;
using MpcgLine.Learning.Bundles;
using MpcgLine.Learning.Datasets;
using MpcgLine.Learning.Datasets.Cutting;
using MpcgLine.Learning.Datasets.Reports;
using MpcgLine.Service.Datasets;
using Spectre.Console;

namespace MpcgLine.Service.Commands;

/// <summary><c>mpcgline dataset report|cut</c>: looks at good images before training, and cuts panels into tiles.</summary>
internal static class DatasetCommand
{
    public static Command Create() => new("dataset", "Look at a folder of images, or cut panels into tiles.") { Report(), Cut() };

    private static Command Report()
    {
        Option<string> good = new("--good") { Description = $"Folder of good images ({ImageNames.Formats}), or one with train/good.", Required = true };
        Option<string> folder = new("--out") { Description = "Folder for report.html, report.json and, with --model, suspicious.png.", Required = true };
        Option<string?> model = new("--model") { Description = "Model bundle that looks for images that are not as good as they are said to be." };
        PartCommandOptions parts = new();
        EdgeCommandOptions edges = new();
        Command command = new("report", "Sizes, gray levels, near-duplicates, and with a model suspicious images. Exit code: 0 all images usable, 2 any error.")
        {
            good, folder, model,
        };
        parts.AddTo(command, setsThresholds: false);
        const string asCalibrated = "as the bundle was calibrated";
        edges.AddTo(command, mode: asCalibrated, inside: asCalibrated, cornerRadius: asCalibrated);
        command.SetAction(parsed =>
        {
            ModelBundle? bundle = parsed.GetValue(model) is { } path ? ModelFolder.Read(path) : null;
            Directory.CreateDirectory(parsed.GetRequiredValue(folder));
            DatasetReport report = Shown("images", progress => DatasetReport.Of(parsed.GetRequiredValue(good), parts.Read(parsed), progress));
            if (bundle is not null)
            {
                TorchRuntime.Load();
                Inspect(report, bundle, edges.Read(parsed, bundle.Manifest.Calibration));
            }

            return Write(report, bundle?.Manifest.Name, parsed.GetRequiredValue(folder));
        });
        return command;
    }

    private static Command Cut()
    {
        Argument<string[]> images = new("images")
        {
            Description = $"Panels ({ImageNames.Formats}), or folders of them.",
            Arity = ArgumentArity.OneOrMore,
        };
        Option<int> size = CommonOptions.Whole("--size", "Edge of the square tiles, px.", 512, 32, 8192);
        Option<string> folder = new("--out") { Description = "Folder for PANEL_xX_yY.png; X and Y are the panel's px.", Required = true };
        EdgeCommandOptions edges = new();
        Command command = new("cut", "Cut panels into whole tiles, none of which reaches outside the part. Exit code: 0 all panels cut, 2 any error.")
        {
            images, size, folder,
        };
        edges.AddTo(command);
        command.SetAction(parsed => Cut(
            ImageSource.Find(parsed.GetRequiredValue(images)), new TileCutter(parsed.GetValue(size), edges.Read(parsed)), parsed.GetRequiredValue(folder)));
        return command;
    }

    // Apart, so that no TorchSharp type is touched before libtorch is loaded.
    private static void Inspect(DatasetReport report, ModelBundle bundle, EdgeOptions edges) => Shown("inspection", progress =>
    {
        report.Inspect(bundle, edges, progress);
        return report;
    });

    private static int Write(DatasetReport report, string? model, string folder)
    {
        DatasetSummary summary = DatasetSummary.Of(report, model);
        summary.Write(Path.Combine(folder, "report.json"));
        GrayImage? sheet = DatasetPictures.Sheet(report.Folder, DatasetPictures.Shown(report.Suspects));
        if (sheet is not null)
        {
            GrayImageFile.WritePng(Path.Combine(folder, "suspicious.png"), sheet);
        }

        DatasetPage.Write(Path.Combine(folder, "report.html"), report, summary, sheet);
        Table table = new Table().Border(TableBorder.None).HideHeaders().AddColumns("", "");
        foreach ((string name, string value) in DatasetPage.Rows(summary))
        {
            table.AddRow(Markup.Escape(name), Markup.Escape(value));
        }

        AnsiConsole.Write(table);
        Console.WriteLine($"report.html{(sheet is null ? " and report.json" : ", report.json and suspicious.png")} are in {folder}");
        return Complain(report.Problems);
    }

    private static int Cut(IReadOnlyList<ImageSource> sources, TileCutter cutter, string folder)
    {
        Directory.CreateDirectory(folder);
        HashSet<string> panels = new(StringComparer.Ordinal);
        List<string> problems = [];
        int tiles = 0;
        foreach (ImageSource source in sources)
        {
            try
            {
                tiles += source.Problem is null ? CutOne(source.Path, cutter, folder, panels) : throw new CommandException(source.Problem);
            }
            catch (Exception e) when (e is CommandException or DatasetException or ImageFileException)
            {
                problems.Add(e.Message);
            }
        }

        Console.WriteLine($"{tiles} tiles of {panels.Count} panels written to {folder}; train them with --part '^(.*)_x[0-9]+_y[0-9]+', so that no panel is split");
        return Complain(problems);
    }

    private static int CutOne(string path, TileCutter cutter, string folder, HashSet<string> panels)
    {
        GrayImage image = GrayImageFile.Read(path);
        IReadOnlyList<PixelBox> boxes = cutter.Find(path, image);
        string stem = Path.GetFileNameWithoutExtension(path), panel = stem;
        // Two folders may hold panels of one name.
        for (int i = 2; !panels.Add(panel); i++)
        {
            panel = $"{stem}-{i}";
        }

        foreach (PixelBox box in boxes)
        {
            GrayImageFile.WritePng(Path.Combine(folder, $"{panel}_x{box.X}_y{box.Y}.png"), TileCutter.Cut(image, box));
        }

        return boxes.Count;
    }

    private static int Complain(IReadOnlyList<string> problems)
    {
        foreach (string problem in problems)
        {
            Console.Error.WriteLine($"mpcgline: {problem}");
        }

        return problems.Count > 0 ? ExitCode.Error : ExitCode.Done;
    }

    /// <summary>Counts on a terminal; a file is not to be filled with it.</summary>
    private static T Shown<T>(string name, Func<IProgress<int>, T> work) => Console.IsOutputRedirected
        ? work(new ImmediateProgress<int>(_ => { }))
        : AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn(), new SpinnerColumn())
            .Start(progress =>
            {
                ProgressTask task = progress.AddTask(name);
                task.IsIndeterminate = true;
                return work(new ImmediateProgress<int>(count => task.Description = $"{count} {name}"));
            });
}

using System.Globalization;
using System.Text.Json;
using MpcgLine.Imaging;
using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Regions;
using MpcgLine.Inspection.Verdicts;
using MpcgLine.Service.Records;
using Spectre.Console;

namespace MpcgLine.Service.Commands;

/// <summary>What came of each image: overlays and <c>defects.jsonl</c> as they come, the table at the end.</summary>
internal sealed class ImageResults : IDisposable
{
    private readonly string? _folder;
    private readonly StreamWriter? _defects;
    private readonly HashSet<string> _overlays = new(StringComparer.Ordinal);
    private readonly Table _table = new Table().Border(TableBorder.Simple).AddColumns("image", "size", "defects", "largest", "highest score", "result");
    private int _clean;
    private int _defective;
    private int _errors;
    private int _defectCount;

    /// <param name="folder">Where to write; null for the table alone.</param>
    public ImageResults(string? folder)
    {
        _folder = folder;
        if (folder is not null)
        {
            Directory.CreateDirectory(folder);
            _defects = new StreamWriter(Path.Combine(folder, "defects.jsonl"));
        }
    }

    /// <summary>Errors outrank defects.</summary>
    public int ExitCode => _errors > 0 ? Commands.ExitCode.Error : _defective > 0 ? Commands.ExitCode.DefectsFound : Commands.ExitCode.Done;

    /// <summary>Reads, inspects and records one image; whatever is wrong with it is said, and the next one goes on.</summary>
    public void Take(ImageSource source, ImageInspection inspection)
    {
        try
        {
            if (source.Problem is { } problem)
            {
                throw new CommandException(problem);
            }

            GrayImage image = GrayImageFile.Read(source.Path);
            PanelVerdict verdict = inspection.Inspect(source.Path, image);
            Record(source.Path, image, verdict.Defects);
        }
        catch (Exception e) when (e is CommandException or ImageFileException)
        {
            _errors++;
            Console.Error.WriteLine($"mpcgline: {e.Message}");
            AddRow(source.Path, "", "", "", "", "[red]error[/]");
        }
    }

    public void Print()
    {
        AnsiConsole.Write(_table);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{_clean + _defective + _errors} images: {_clean} clean, {_defective} with {_defectCount} defects, {_errors} errors"));
        if (_folder is not null)
        {
            Console.WriteLine($"overlays and defects.jsonl are in {_folder}");
        }
    }

    public void Dispose() => _defects?.Dispose();

    private void Record(string path, GrayImage image, IReadOnlyList<Defect> defects)
    {
        if (_folder is not null)
        {
            OverlayPicture.WritePng(Path.Combine(_folder, OverlayName(path)), image, defects);
            foreach (Defect defect in defects)
            {
                _defects!.WriteLine(JsonSerializer.Serialize(DefectRecord.Of(path, defect), JsonForm.Line));
            }
        }

        bool isClean = defects.Count == 0;
        _clean += isClean ? 1 : 0;
        _defective += isClean ? 0 : 1;
        _defectCount += defects.Count;
        AddRow(
            path,
            $"{image.Width} x {image.Height}",
            Text(defects.Count),
            isClean ? "" : $"{Text(defects.Max(d => d.AreaPixels))} px",
            isClean ? "" : Text(defects.Max(d => d.Score)),
            isClean ? "[green]clean[/]" : "[yellow]defects[/]");
    }

    private void AddRow(string path, params string[] cells) => _table.AddRow([Markup.Escape(path), .. cells]);

    // Two folders may hold images of one name.
    private string OverlayName(string path)
    {
        string stem = Path.GetFileNameWithoutExtension(path);
        string name = $"{stem}.png";
        for (int i = 2; !_overlays.Add(name); i++)
        {
            name = $"{stem}-{i}.png";
        }

        return name;
    }

    private static string Text(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}

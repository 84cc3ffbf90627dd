using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using MpcgLine.Imaging;
using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Inspection.Stitching;
using MpcgLine.Service.Records;
using Spectre.Console;

namespace MpcgLine.Service.Reproduction;

/// <summary>
/// The reproduced tables and what they rest on: <c>reproduction.json</c>, <c>reproduction.md</c> and, of Table 3,
/// <c>contact-sheet.png</c>. It says nothing that differs between two runs with the same steps and seed.
/// </summary>
/// <param name="Data">The data set.</param>
/// <param name="MinutesLarge">Minutes for each network that reconstructs; null where steps were given.</param>
/// <param name="MinutesSmall">Minutes for each learned fusion; null where steps were given.</param>
/// <param name="Steps">Steps of each network; null where minutes were given.</param>
/// <param name="Seed">Seed of all chance.</param>
/// <param name="Device">Where the networks were trained.</param>
/// <param name="Width">Factor on the channel counts of Table 4.</param>
/// <param name="PixelTerm">Weight of the mean absolute error added to each loss.</param>
/// <param name="Target">Share of good images that may be flagged.</param>
/// <param name="Edges">Where edges were looked for.</param>
/// <param name="Tables">The tables.</param>
/// <param name="Problems">One sentence for each image or mask that could not be used.</param>
/// <param name="Examples">Defective images as Table 3's methods see them; null without that table.</param>
internal sealed record ReproductionResult(
    string Data,
    double? MinutesLarge,
    double? MinutesSmall,
    int? Steps,
    ulong Seed,
    InferenceDevice Device,
    double Width,
    double PixelTerm,
    double Target,
    EdgeMode Edges,
    IReadOnlyList<ReproducedTable> Tables,
    IReadOnlyList<string> Problems,
    [property: JsonIgnore] GrayImage? Examples)
{
    private const string Explanation =
        "The figures are of regions, by the match rule that `mpcgline evaluate` states. The printed ones are the paper's, on its own cover glass; ours are on "
        + "this data set, at the threshold calibrated on held-out good images and, under F1-max, at the best threshold on the test images themselves.";

    private const string SheetName = "contact-sheet.png";

    private static readonly string[] Headings =
    [
        "method", "printed R / P / F1", "recall", "precision", "F1", "F1-max (R / P)", "image AUROC", "good flagged",
    ];

    /// <summary>Writes all files.</summary>
    public void Write(string folder)
    {
        File.WriteAllBytes(Path.Combine(folder, "reproduction.json"), JsonSerializer.SerializeToUtf8Bytes(this, JsonForm.Indented));
        File.WriteAllText(Path.Combine(folder, "reproduction.md"), Markdown());
        string sheet = Path.Combine(folder, SheetName);
        // One of an earlier run would show what these tables do not tell.
        File.Delete(sheet);
        if (Examples is not null)
        {
            GrayImageFile.WritePng(sheet, Examples);
        }
    }

    /// <summary>Shows the tables on the terminal.</summary>
    public void Print()
    {
        foreach (ReproducedTable table in Tables)
        {
            Table shown = new Table().Border(TableBorder.Simple).Title(Markup.Escape(table.Title)).AddColumns(Headings);
            foreach (ReproducedRow row in table.Rows)
            {
                shown.AddRow([.. Cells(row).Select(Markup.Escape)]);
            }

            AnsiConsole.Write(shown);
        }
    }

    private string Markdown()
    {
        StringBuilder text = new();
        string budget = Steps is { } steps
            ? $"{steps} steps of each network"
            : string.Create(CultureInfo.InvariantCulture, $"{MinutesLarge} minutes for each network that reconstructs, {MinutesSmall} for each fusion");
        text.AppendLine(CultureInfo.InvariantCulture, $"# The paper's tables on {Data}\n");
        text.AppendLine(CultureInfo.InvariantCulture, $"Trained for {budget}, seed {Seed}, on {Device}, network width {Width}, pixel term {PixelTerm}; target rate {Target}, edges {Edges}. {Explanation}");
        foreach (ReproducedTable table in Tables)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"\n## {table.Title}\n");
            text.AppendLine(Line(Headings)).AppendLine(Line(Headings.Select(_ => "---")));
            foreach (ReproducedRow row in table.Rows)
            {
                text.AppendLine(Line(Cells(row)));
            }
        }

        if (Examples is not null)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"\n![Defective images by method]({SheetName})\n");
            text.AppendLine("Defective images, a row each: their marked regions framed, then what each method of Table 3 detected, in the table's order.");
        }

        if (Problems.Count > 0)
        {
            text.AppendLine("\n## Not used\n").AppendJoin('\n', Problems.Select(problem => $"- {problem}")).AppendLine();
        }

        return text.ToString();
    }

    private static string Line(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |";

    private static string[] Cells(ReproducedRow row) =>
    [
        row.Name,
        row.Printed is { } printed ? $"{Text(printed.Recall)} / {Text(printed.Precision)} / {Text(printed.F1)}" : "",
        Text(row.Recall),
        Text(row.Precision),
        Text(row.F1),
        $"{Text(row.F1Max)} ({Text(row.RecallF1Max)} / {Text(row.PrecisionF1Max)})",
        Text(row.ImageAuroc),
        $"{row.GoodFlagged} of {row.Good}",
    ];

    private static string Text(double? value) => value is { } number ? number.ToString("0.000", CultureInfo.InvariantCulture) : "none";
}

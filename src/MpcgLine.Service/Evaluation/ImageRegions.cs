using System.Text.Json;
using MpcgLine.Learning.Evaluation;
using MpcgLine.Service.Records;

namespace MpcgLine.Service.Evaluation;

/// <summary>A line of <c>regions.jsonl</c>: what is marked in an image, and what was detected at the calibrated threshold.</summary>
/// <param name="Image">Kind and file name.</param>
/// <param name="Marked">True regions.</param>
/// <param name="Detected">Detected regions.</param>
internal sealed record ImageRegions(string Image, IReadOnlyList<RegionEntry> Marked, IReadOnlyList<RegionEntry> Detected)
{
    /// <summary>Name of the file.</summary>
    public const string FileName = "regions.jsonl";

    /// <summary>Writes a line per image.</summary>
    public static void Write(string folder, IReadOnlyList<EvaluatedImage> images) => File.WriteAllLines(
        Path.Combine(folder, FileName), images.Select(image => JsonSerializer.Serialize(Of(image), JsonForm.Line)));

    /// <summary>Reads the lines back.</summary>
    public static IReadOnlyDictionary<string, ImageRegions> Read(string folder) => File.ReadLines(Path.Combine(folder, FileName))
        .Select(line => JsonSerializer.Deserialize<ImageRegions>(line, JsonForm.Line)!)
        .ToDictionary(image => image.Image);

    private static ImageRegions Of(EvaluatedImage image) => new(
        image.Image.Name,
        [
            .. image.Truth.Zip(image.Matches.IsFound, (region, isFound) => new RegionEntry(
                JsonForm.Box(region.Region.Box), region.AreaPixels, JsonForm.Round(region.WidthPixels), Known(region.HighestScore), isFound)),
        ],
        [
            .. image.Defects.Zip(image.Matches.IsRight, (defect, isRight) => new RegionEntry(
                JsonForm.Box(defect.Box), defect.AreaPixels, JsonForm.Round(defect.WidthPixels), Known(defect.Score), isRight)),
        ]);

    // What was not inspected has no score; JSON has no infinity.
    private static double? Known(double score) => double.IsFinite(score) ? JsonForm.Round(score) : null;
}

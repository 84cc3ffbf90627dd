using System.Text.Json;
using MpcgLine.Learning.Datasets.Reports;
using MpcgLine.Service.Records;

namespace MpcgLine.Service.Datasets;

/// <summary><c>report.json</c> of <c>mpcgline dataset report</c>.</summary>
/// <param name="Folder">Where the images lie.</param>
/// <param name="Images">Usable images.</param>
/// <param name="Parts">Parts they show.</param>
/// <param name="Coloured">Images reduced to gray.</param>
/// <param name="Sizes">Sizes, the most frequent first.</param>
/// <param name="MeanLevels">Darkest, median and brightest mean gray level of an image.</param>
/// <param name="Histogram">Pixels at each gray level 0 to 255.</param>
/// <param name="BlackShare">Share of pixels at gray level 0.</param>
/// <param name="WhiteShare">Share of pixels at gray level 255.</param>
/// <param name="Resembling">Pairs of images of different parts that look like one, the most alike first; at most <see cref="MostPairs"/>.</param>
/// <param name="ResemblingPairs">How many such pairs there are.</param>
/// <param name="Model">The model that looked; null when none did.</param>
/// <param name="Outliers">How many images stand out to it.</param>
/// <param name="Suspects">What it says of every image, the most surprising first; the first ones are those of the contact sheet, by number.</param>
/// <param name="Problems">Images that can't be used or were not inspected.</param>
internal sealed record DatasetSummary(
    string Folder,
    int Images,
    int Parts,
    int Coloured,
    IReadOnlyList<SizeCount> Sizes,
    double[] MeanLevels,
    long[] Histogram,
    double BlackShare,
    double WhiteShare,
    IReadOnlyList<ResemblingPair> Resembling,
    int ResemblingPairs,
    string? Model,
    int Outliers,
    IReadOnlyList<SuspectEntry> Suspects,
    IReadOnlyList<string> Problems)
{
    /// <summary>A folder of exposures taken for parts resembles itself all over.</summary>
    public const int MostPairs = 1000;

    public static DatasetSummary Of(DatasetReport report, string? model)
    {
        double[] means = [.. report.Images.Select(i => i.MeanLevel).Order()];
        double pixels = report.Histogram.Sum();
        return new DatasetSummary(
            report.Folder,
            report.Images.Count,
            report.Images.Select(i => i.Part).Distinct().Count(),
            report.Images.Count(i => i.IsColour),
            [
                .. report.Images.GroupBy(i => (i.Width, i.Height))
                    .Select(g => new SizeCount(g.Key.Width, g.Key.Height, g.Count()))
                    .OrderByDescending(s => s.Images)
                    .ThenBy(s => s.Width)
                    .ThenBy(s => s.Height),
            ],
            [JsonForm.Round(means[0]), JsonForm.Round(means[means.Length / 2]), JsonForm.Round(means[^1])],
            report.Histogram,
            Math.Round(report.Histogram[0] / pixels, 6),
            Math.Round(report.Histogram[255] / pixels, 6),
            [.. report.Pairs.Take(MostPairs).Select(p => p with { Resemblance = JsonForm.Round(p.Resemblance) })],
            report.Pairs.Count,
            model,
            report.Suspects.Count(s => s.IsOutlier),
            [.. report.Suspects.Select((suspect, i) => SuspectEntry.Of(i + 1, suspect))],
            report.Problems);
    }

    public void Write(string path) => File.WriteAllText(path, JsonSerializer.Serialize(this, JsonForm.Indented));
}

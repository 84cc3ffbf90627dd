using System.Globalization;
using System.Net;
using System.Text;
using MpcgLine.Imaging;
using MpcgLine.Inspection.Primitives;
using MpcgLine.Learning.Datasets.Reports;

namespace MpcgLine.Service.Datasets;

/// <summary><c>report.html</c> of <c>mpcgline dataset report</c>: one file that needs no other and no network.</summary>
internal static class DatasetPage
{
    private const int PairsShown = 12;
    private const int ListShown = 100;

    private const string Style =
        "body{font:15px/1.5 system-ui,sans-serif;max-width:1000px;margin:2em auto;padding:0 1em;color:#222}"
        + "table{border-collapse:collapse}td,th{padding:.15em 1em .15em 0;vertical-align:top;text-align:left}img{max-width:100%}"
        + "figure{display:inline-block;margin:.5em 1em .5em 0;vertical-align:top}figcaption{font-size:12px;max-width:420px;overflow-wrap:anywhere}";

    public static void Write(string path, DatasetReport report, DatasetSummary summary, GrayImage? sheet)
    {
        StringBuilder html = new();
        html.AppendLine($"<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Images of {Escape(summary.Folder)}</title><style>{Style}</style></head><body>");
        html.AppendLine($"<h1>Good images of {Escape(summary.Folder)}</h1><table>");
        foreach ((string name, string value) in Rows(summary))
        {
            html.AppendLine($"<tr><td>{Escape(name)}</td><td>{Escape(value)}</td></tr>");
        }

        html.AppendLine("</table><h2>Gray levels</h2><p>Pixels at each level from 0 on the left to 255 on the right; heights go by the square root.</p>");
        html.AppendLine(Picture(DatasetPictures.Histogram(summary.Histogram)));
        AddPairs(html, report, summary);
        AddSuspects(html, summary, sheet);
        AddProblems(html, summary);
        html.AppendLine("</body></html>");
        File.WriteAllText(path, html.ToString());
    }

    /// <summary>The figures, for the page and the terminal.</summary>
    public static IEnumerable<(string Name, string Value)> Rows(DatasetSummary summary)
    {
        yield return ("images", $"{summary.Images} of {summary.Parts} parts{(summary.Coloured > 0 ? $"; {summary.Coloured} colour images are reduced to gray" : "")}");
        yield return ("sizes", string.Join(", ", summary.Sizes.Take(6).Select(s => $"{s.Images} of {s.Width} x {s.Height} px")) + (summary.Sizes.Count > 6 ? $", and {summary.Sizes.Count - 6} more sizes" : ""));
        yield return ("mean gray level", string.Create(CultureInfo.InvariantCulture, $"{summary.MeanLevels[0]:0.0} to {summary.MeanLevels[2]:0.0}, median {summary.MeanLevels[1]:0.0}"));
        yield return ("black, white pixels", string.Create(CultureInfo.InvariantCulture, $"{summary.BlackShare:P2}, {summary.WhiteShare:P2}"));
        yield return ("near-duplicates", $"{summary.ResemblingPairs} pairs of images of different parts");
        if (summary.Model is { } model)
        {
            yield return ("stand out", $"{summary.Outliers} of {summary.Suspects.Count} images, to {model}");
        }

        yield return ("not usable", $"{summary.Problems.Count}");
    }

    private static void AddPairs(StringBuilder html, DatasetReport report, DatasetSummary summary)
    {
        html.AppendLine("<h2>Near-duplicates</h2>");
        html.AppendLine(CultureInfo.InvariantCulture, $"<p>{summary.ResemblingPairs} pairs of images that count as different parts resemble each other by {DatasetReport.ResemblesFrom} or more in what not all images share. If they show one part, --part should say so: on both sides of a split they make a model look better than it is.</p>");
        foreach (ResemblingPair pair in summary.Resembling.Take(PairsShown))
        {
            html.AppendLine(CultureInfo.InvariantCulture, $"<figure>{Small(report.Folder, pair.First)} {Small(report.Folder, pair.Second)}<figcaption>{Escape(pair.First)} and {Escape(pair.Second)}: {pair.Resemblance:0.000}</figcaption></figure>");
        }
    }

    private static void AddSuspects(StringBuilder html, DatasetSummary summary, GrayImage? sheet)
    {
        if (summary.Model is not { } model)
        {
            return;
        }

        html.AppendLine("<h2>Suspicious images</h2>");
        html.AppendLine(CultureInfo.InvariantCulture, $"<p>{summary.Outliers} of {summary.Suspects.Count} images lie {Suspect.OutlierFrom} or more deviations above the median by their highest score or by what the reconstruction of {Escape(model)} could not explain. Look at each: a defective one among the good ones raises the threshold, and defects like it will pass.</p>");
        if (sheet is not null)
        {
            html.AppendLine(Picture(sheet));
        }

        html.AppendLine("<table><tr><th></th><th>image</th><th>score</th><th>deviations</th><th>residual</th><th>deviations</th><th>at</th></tr>");
        foreach (SuspectEntry s in summary.Suspects.Take(DatasetPictures.MostSuspects))
        {
            html.AppendLine(CultureInfo.InvariantCulture, $"<tr><td>{s.Number}</td><td>{Escape(s.Name)}{(s.IsOutlier ? " <b>stands out</b>" : "")}</td><td>{s.Score:0.00}</td><td>{s.ScoreDeviations:0.0}</td><td>{s.Residual:0.00}</td><td>{s.ResidualDeviations:0.0}</td><td>{s.X}, {s.Y}</td></tr>");
        }

        html.AppendLine("</table>");
    }

    private static void AddProblems(StringBuilder html, DatasetSummary summary)
    {
        if (summary.Problems.Count == 0)
        {
            return;
        }

        html.AppendLine("<h2>Not usable</h2><ul>");
        foreach (string problem in summary.Problems.Take(ListShown))
        {
            html.AppendLine($"<li>{Escape(problem)}</li>");
        }

        html.AppendLine("</ul>");
    }

    private static string Small(string folder, string name)
    {
        GrayImage image = GrayImageFile.Read(Path.Combine(folder, name));
        int factor = Math.Max(1, (Math.Max(image.Width, image.Height) + 199) / 200);
        GrayImage small = new(Math.Max(1, image.Width / factor), Math.Max(1, image.Height / factor));
        for (int y = 0; y < small.Height; y++)
        {
            for (int x = 0; x < small.Width; x++)
            {
                small[x, y] = image[x * factor, y * factor];
            }
        }

        return Picture(small);
    }

    private static string Picture(GrayImage image) => $"<img alt=\"\" src=\"data:image/png;base64,{Convert.ToBase64String(GrayImageFile.ToPng(image))}\">";

    private static string Escape(string text) => WebUtility.HtmlEncode(text);
}

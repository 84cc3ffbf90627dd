using System.Globalization;
using System.Net;
using System.Text;
using MpcgLine.Imaging;
using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Regions;
using MpcgLine.Learning.Evaluation;

namespace MpcgLine.Service.Evaluation;

/// <summary><c>report.html</c>: figures, plots and the worst mistakes in one file that needs no other and no network.</summary>
internal static class EvaluationReport
{
    private const int MistakesShown = 12;
    private const int CropMargin = 24;
    private const int LargestCrop = 512;
    private const string Blue = "#1f6fb4";
    private const string Orange = "#d9730d";
    private const string Green = "#2a9134";
    private const string Gray = "#666";

    private const string Style =
        "body{font:15px/1.5 system-ui,sans-serif;max-width:960px;margin:2em auto;padding:0 1em;color:#222}"
        + "table{border-collapse:collapse}td{padding:.15em 1em .15em 0;vertical-align:top}"
        + "figure{display:inline-block;margin:.5em 1em .5em 0;vertical-align:top}figcaption{font-size:12px;max-width:200px;overflow-wrap:anywhere}"
        + "image{image-rendering:pixelated}li{margin:.3em 0}";

    public static void Write(string path, EvaluationResult result, EvaluationSummary summary)
    {
        StringBuilder html = new();
        html.AppendLine($"<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Evaluation of {Escape(summary.Title)}</title><style>{Style}</style></head><body>");
        html.AppendLine($"<h1>Evaluation of {Escape(summary.Title)}</h1>");
        html.AppendLine($"<p>{summary.Images} images of {Escape(summary.Data)}: {summary.Good} good, {summary.Defective} defective; edges {summary.Edges}.</p><table>");
        foreach ((string name, string value) in EvaluationTable.Rows(summary))
        {
            html.AppendLine($"<tr><td>{Escape(name)}</td><td>{Escape(value)}</td></tr>");
        }

        html.AppendLine("</table><h2>Curves</h2>");
        html.AppendLine(ScorePlot(result)).AppendLine(SweepPlot(result)).AppendLine(RankPlot(result)).AppendLine(OverlapPlot(result));
        AddMisses(html, result);
        AddFalseAlarms(html, result);
        AddList(html, "How it was counted", summary.Rules);
        AddList(html, "Not used", summary.Problems);
        html.AppendLine("</body></html>");
        File.WriteAllText(path, html.ToString());
    }

    /// <summary>Share of good and of defective images at or above each score.</summary>
    private static string ScorePlot(EvaluationResult result)
    {
        double[] scores = [.. result.Images.Select(image => image.Score).Order()];
        IEnumerable<(double X, double Y)> Share(bool isDefective)
        {
            double[] own = [.. result.Images.Where(image => image.Image.IsDefective == isDefective).Select(image => image.Score)];
            return own.Length == 0 ? [] : scores.Select(score => (score, (double)own.Count(s => s >= score) / own.Length));
        }

        return new SvgPlot("Images at or above a score", "image score", scores[0], scores[^1])
            .Line("good", Blue, Share(isDefective: false))
            .Line("defective", Orange, Share(isDefective: true))
            .Vertical("threshold", Gray, result.Calibrated.Threshold)
            .Render();
    }

    private static string SweepPlot(EvaluationResult result)
    {
        IEnumerable<(double X, double Y)> Of(Func<RegionFigures, double?> figure) => result.Sweep
            .Select(step => (step.Threshold, Value: figure(step)))
            .Where(step => step.Value is not null)
            .Select(step => (step.Threshold, step.Value!.Value));
        return new SvgPlot("Regions by threshold", "threshold", result.Sweep[0].Threshold, result.Sweep[^1].Threshold)
            .Line("recall", Blue, Of(step => step.Recall))
            .Line("precision", Orange, Of(step => step.Precision))
            .Line("F1", Green, Of(step => step.F1))
            .Vertical("calibrated", Gray, result.Calibrated.Threshold)
            .Render();
    }

    private static string RankPlot(EvaluationResult result) => new SvgPlot("ROC", "false-positive rate", 0, 1)
        .Line("images", Blue, Thinned(result.ImageScores, point => point.Positives / (double)result.ImageScores.Positives, 1))
        .Line("pixels", Orange, Thinned(result.PixelScores, point => point.Positives / (double)result.PixelScores.Positives, 1))
        .Render();

    private static string OverlapPlot(EvaluationResult result)
    {
        double regions = result.PixelScores.Curve().Last().Overlap;
        return new SvgPlot("Region overlap (PRO)", "false-positive rate", 0, 0.3)
            .Line("mean overlap", Green, Thinned(result.PixelScores, point => point.Overlap / regions, 0.3))
            .Render();
    }

    /// <summary>A rank curve up to a false-positive rate, with as many points as can be seen.</summary>
    private static List<(double X, double Y)> Thinned(RankedScores scores, Func<RankPoint, double> height, double limit)
    {
        const double Seen = 1.0 / 400;
        List<(double X, double Y)> points = [(0, 0)];
        if (scores.Positives == 0 || scores.Negatives == 0)
        {
            return points;
        }

        (double X, double Y) last = (0, 0);
        foreach (RankPoint point in scores.Curve())
        {
            (double X, double Y) next = (point.Negatives / (double)scores.Negatives, height(point));
            if (next.X > limit)
            {
                // Where the straight line to the next point leaves the plot.
                points.Add((limit, last.Y + ((next.Y - last.Y) * (limit - last.X) / (next.X - last.X))));
                return points;
            }

            if (next.X - points[^1].X >= Seen * limit || next.Y - points[^1].Y >= Seen)
            {
                points.Add(next);
            }

            last = next;
        }

        points.Add(last);
        return points;
    }

    private static void AddMisses(StringBuilder html, EvaluationResult result)
    {
        (EvaluatedImage Image, MarkedRegion Region)[] missed =
        [
            .. result.Images
                .SelectMany(image => image.Truth.Zip(image.Matches.IsFound, (region, isFound) => (image, region, isFound)))
                .Where(r => !r.isFound)
                .OrderByDescending(r => r.region.ContrastToNoise)
                .Select(r => (r.image, r.region)),
        ];
        html.AppendLine($"<h2>Missed regions</h2><p>{missed.Length} in all; the {Math.Min(MistakesShown, missed.Length)} of most contrast. Green: marked; orange: detected.</p>");
        foreach ((EvaluatedImage image, MarkedRegion region) in missed.Take(MistakesShown))
        {
            AddCrop(html, image, region.Region.Box, string.Create(
                CultureInfo.InvariantCulture,
                $"{region.AreaPixels} px, width {region.WidthPixels:0.0}, contrast {region.ContrastToNoise:0.0}, score {region.HighestScore:0.00}"));
        }
    }

    private static void AddFalseAlarms(StringBuilder html, EvaluationResult result)
    {
        (EvaluatedImage Image, Defect Defect)[] wrong =
        [
            .. result.Images
                .SelectMany(image => image.Defects.Zip(image.Matches.IsRight, (defect, isRight) => (image, defect, isRight)))
                .Where(d => !d.isRight)
                .OrderByDescending(d => d.defect.Score)
                .Select(d => (d.image, d.defect)),
        ];
        html.AppendLine($"<h2>False alarms</h2><p>{wrong.Length} in all; the {Math.Min(MistakesShown, wrong.Length)} of the highest score. Green: marked; orange: detected.</p>");
        foreach ((EvaluatedImage image, Defect defect) in wrong.Take(MistakesShown))
        {
            AddCrop(html, image, defect.Box, string.Create(
                CultureInfo.InvariantCulture, $"{defect.AreaPixels} px, width {defect.WidthPixels:0.0}, score {defect.Score:0.00}"));
        }
    }

    private static void AddCrop(StringBuilder html, EvaluatedImage image, PixelBox box, string caption)
    {
        GrayImage whole = GrayImageFile.Read(image.Image.Path);
        PixelBox window = Window(whole, box);
        byte[] pixels = new byte[window.Width * window.Height];
        for (int y = 0; y < window.Height; y++)
        {
            whole.Row(window.Y + y).Slice(window.X, window.Width).CopyTo(pixels.AsSpan(y * window.Width));
        }

        string png = Convert.ToBase64String(GrayImageFile.ToPng(new GrayImage(window.Width, window.Height, pixels)));
        html.AppendLine($"<figure><svg viewBox=\"0 0 {window.Width} {window.Height}\" width=\"200\"><image href=\"data:image/png;base64,{png}\" width=\"{window.Width}\" height=\"{window.Height}\"/>");
        AddFrames(html, window, image.Truth.Select(region => region.Region.Box), Green);
        AddFrames(html, window, image.Defects.Select(defect => defect.Box), Orange);
        html.AppendLine($"</svg><figcaption>{Escape(image.Image.Name)} at {box.X}, {box.Y}<br>{Escape(caption)}</figcaption></figure>");
    }

    // One px outside the box: a frame on it would hide the defect.
    private static void AddFrames(StringBuilder html, PixelBox window, IEnumerable<PixelBox> boxes, string colour)
    {
        foreach (PixelBox box in boxes.Where(box => box.Touches(window)))
        {
            html.AppendLine($"<rect x=\"{box.X - window.X - 1}\" y=\"{box.Y - window.Y - 1}\" width=\"{box.Width + 2}\" height=\"{box.Height + 2}\" fill=\"none\" stroke=\"{colour}\" vector-effect=\"non-scaling-stroke\"/>");
        }
    }

    /// <summary>A square around a box, cut where the image ends, and to what can be looked at.</summary>
    private static PixelBox Window(GrayImage image, PixelBox box)
    {
        int side = Math.Min(LargestCrop, Math.Max(box.Width, box.Height) + (2 * CropMargin));
        int width = Math.Min(side, image.Width), height = Math.Min(side, image.Height);
        int x = Math.Clamp(box.X + (box.Width / 2) - (width / 2), 0, image.Width - width);
        int y = Math.Clamp(box.Y + (box.Height / 2) - (height / 2), 0, image.Height - height);
        return new PixelBox(x, y, width, height);
    }

    private static void AddList(StringBuilder html, string title, IReadOnlyList<string> entries)
    {
        if (entries.Count > 0)
        {
            html.AppendLine($"<h2>{Escape(title)}</h2><ul>");
            foreach (string entry in entries)
            {
                html.AppendLine($"<li>{Escape(entry)}</li>");
            }

            html.AppendLine("</ul>");
        }
    }

    private static string Escape(string text) => WebUtility.HtmlEncode(text);
}

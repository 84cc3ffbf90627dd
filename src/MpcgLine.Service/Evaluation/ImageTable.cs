using System.Globalization;
using MpcgLine.Learning.Evaluation;

namespace MpcgLine.Service.Evaluation;

/// <summary><c>images.csv</c>: one line per image, at the calibrated threshold.</summary>
internal static class ImageTable
{
    public static void Write(string path, IReadOnlyList<EvaluatedImage> images) => File.WriteAllLines(
        path,
        [
            "image,defective,score,flagged,trueRegions,foundRegions,detections,rightDetections",
            .. images.Select(Line),
        ]);

    private static string Line(EvaluatedImage image) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Quoted(image.Image.Name)},{(image.Image.IsDefective ? 1 : 0)},{image.Score:0.######},{(image.IsFlagged ? 1 : 0)},{image.Truth.Count},{image.Matches.IsFound.Count(isFound => isFound)},{image.Defects.Count},{image.Matches.IsRight.Count(isRight => isRight)}");

    // RFC 4180.
    private static string Quoted(string text) =>
        text.AsSpan().IndexOfAny(",\"\n\r") >= 0 ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}

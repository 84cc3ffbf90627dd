using MpcgLine.Learning.Evaluation;

namespace MpcgLine.Service.Evaluation;

/// <summary>Recall of the true regions of one band, at the calibrated threshold.</summary>
/// <param name="Band">Name of the band.</param>
/// <param name="Regions">True regions in it.</param>
/// <param name="Found">Those found.</param>
/// <param name="Recall">Found over true.</param>
internal sealed record BandRecall(string Band, int Regions, int Found, double Recall)
{
    private static readonly (string Name, double End)[] WidthBands =
        [("below 4", 4), ("4 to 8", 8), ("8 to 16", 16), ("16 and more", double.PositiveInfinity)];

    private static readonly (string Name, double End)[] ContrastBands =
        [("below 1.5", 1.5), ("1.5 to 3", 3), ("3 to 6", 6), ("6 to 10", 10), ("10 and more", double.PositiveInfinity)];

    /// <summary>By width, px.</summary>
    public static IReadOnlyList<BandRecall> ByWidth(IReadOnlyList<EvaluatedImage> images) =>
        Of(images, WidthBands, region => region.WidthPixels);

    /// <summary>By contrast-to-noise; regions without surroundings are left out.</summary>
    public static IReadOnlyList<BandRecall> ByContrast(IReadOnlyList<EvaluatedImage> images) =>
        Of(images, ContrastBands, region => region.ContrastToNoise);

    private static List<BandRecall> Of(
        IReadOnlyList<EvaluatedImage> images, (string Name, double End)[] bands, Func<MarkedRegion, double?> value)
    {
        (MarkedRegion Region, bool IsFound)[] all = [.. images.SelectMany(image => image.Truth.Zip(image.Matches.IsFound))];
        List<BandRecall> recalls = [];
        double least = 0;
        foreach ((string name, double end) in bands)
        {
            bool[] found = [.. all.Where(r => value(r.Region) >= least && value(r.Region) < end).Select(r => r.IsFound)];
            if (found.Length > 0)
            {
                int count = found.Count(isFound => isFound);
                recalls.Add(new BandRecall(name, found.Length, count, Math.Round((double)count / found.Length, EvaluationSummary.Digits)));
            }

            least = end;
        }

        return recalls;
    }
}

using MpcgLine.Service.Records;
using MpcgLine.Simulation;

namespace MpcgLine.Service.Demonstration;

/// <summary>Region figures over many panels.</summary>
/// <param name="Rendered">True regions.</param>
/// <param name="Found">Those found.</param>
/// <param name="FalseRegions">Detections that are not right.</param>
/// <param name="Recall">Found over rendered; null where nothing was rendered.</param>
/// <param name="Precision">Right over all detections; null where nothing was detected.</param>
/// <param name="RecallByContrast">Recall by contrast-to-noise.</param>
/// <param name="RecallBySurface">Recall by kind of surface.</param>
internal sealed record LineScore(
    int Rendered,
    int Found,
    int FalseRegions,
    double? Recall,
    double? Precision,
    IReadOnlyList<GroupRecall> RecallByContrast,
    IReadOnlyList<GroupRecall> RecallBySurface)
{
    private static readonly (string Name, double Least, double End)[] ContrastBands =
    [
        ("below 3", 0, 3), ("3 to 6", 3, 6), ("6 to 10", 6, 10), ("10 to 20", 10, 20), ("20 and more", 20, double.PositiveInfinity),
    ];

    public static LineScore Of(IReadOnlyList<PanelScore> panels)
    {
        (TrueDefect Defect, bool IsFound)[] all = [.. panels.SelectMany(panel => panel.Truth.Zip(panel.Matches.IsFound))];
        int detections = panels.Sum(panel => panel.Detections);
        int right = panels.Sum(panel => panel.Right);
        int found = all.Count(region => region.IsFound);
        return new LineScore(
            all.Length,
            found,
            detections - right,
            Ratio(found, all.Length),
            Ratio(right, detections),
            [.. Groups(all, defect => ContrastBands.First(b => defect.ContrastToNoise < b.End).Name)
                .OrderBy(group => Array.FindIndex(ContrastBands, b => b.Name == group.Group))],
            [.. Groups(all, defect => defect.Surface.ToString()).OrderBy(group => group.Group, StringComparer.Ordinal)]);
    }

    private static IEnumerable<GroupRecall> Groups(IEnumerable<(TrueDefect Defect, bool IsFound)> regions, Func<TrueDefect, string> key) =>
        regions.GroupBy(region => key(region.Defect)).Select(group => new GroupRecall(
            group.Key, group.Count(), group.Count(region => region.IsFound), Ratio(group.Count(region => region.IsFound), group.Count())));

    private static double? Ratio(int part, int whole) => whole > 0 ? JsonForm.Round((double)part / whole) : null;
}

/// <summary>Recall of one group of true regions.</summary>
/// <param name="Group">Name of the group.</param>
/// <param name="Rendered">True regions in it.</param>
/// <param name="Found">Those found.</param>
/// <param name="Recall">Found over rendered.</param>
internal sealed record GroupRecall(string Group, int Rendered, int Found, double? Recall);

using System.Globalization;
using MpcgLine.Inspection.Stitching;
using MpcgLine.Learning.Datasets;

namespace MpcgLine.Learning.Calibration;

/// <summary>What a person says of a calibration.</summary>
public sealed record CalibrationOptions
{
    /// <summary>Share of good images that may be flagged, above 0 and at most 0.5.</summary>
    public double TargetRate { get; init; } = 0.02;

    /// <summary>Where the inspected area begins, as the production line will have it.</summary>
    public EdgeOptions Edges { get; init; } = new();

    /// <summary>Refuses options that are out of range or that the images do not fit; call it before training for hours.</summary>
    /// <exception cref="DatasetException">Names every problem.</exception>
    public void RequireFitting(IReadOnlyList<NamedImage> images)
    {
        ArgumentNullException.ThrowIfNull(images);
        var problems = new List<string>();
        if (!(TargetRate is > 0 and <= 0.5))
        {
            problems.Add(string.Create(CultureInfo.InvariantCulture, $"The target false-alarm rate is {TargetRate}; allowed is above 0 to 0.5."));
        }

        Edges.AddProblems(problems, nameof(Edges));
        NamedImage[] narrow = Edges.Mode == EdgeMode.Web ? [.. images.Where(i => i.Image.Width < EdgeOptions.SmallestWebWidth)] : [];
        if (narrow.Length > 0)
        {
            problems.Add($"{narrow.Length} of {images.Count} good images are too narrow for edges of web material: {narrow[0].Name} is {narrow[0].Image.Width} px wide; at least {EdgeOptions.SmallestWebWidth} px are needed (--edges web).");
        }

        if (problems.Count > 0)
        {
            throw new DatasetException(string.Join(" ", problems));
        }
    }
}

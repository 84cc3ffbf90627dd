using System.Globalization;
using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Stitching;
using MpcgLine.Learning.Datasets;
using MpcgLine.Learning.Datasets.Cutting;

namespace MpcgLine.Learning.Calibration;

/// <summary>What a person says of a calibration.</summary>
public sealed record CalibrationOptions
{
    /// <summary>
    /// Share of good parts that may be flagged where nobody says otherwise. Of a few parts it has to be extrapolated: the
    /// chance that the next one goes beyond them all, 1 / (n + 1), is no rate that a production line can live with.
    /// </summary>
    public const double UsualTarget = 0.02;

    private const double LargestTarget = 0.5;

    /// <summary>Share of good parts, or of their exposures, that may be flagged, above 0 and at most 0.5.</summary>
    public double TargetRate { get; init; } = UsualTarget;

    /// <summary>Where the inspected area begins, as the production line will have it.</summary>
    public EdgeOptions Edges { get; init; } = new();

    /// <summary>
    /// Whether several images of one part are exposures, each of which shows all of it and gets a verdict of its own; otherwise
    /// they are pieces of it, and the part is flagged where one of them is.
    /// </summary>
    public bool ImagesAreExposures { get; init; }

    /// <summary>Size of a pixel on the part, for the rate per square metre; null where it is not known.</summary>
    public PixelPitch? Pitch { get; init; }

    /// <summary>Refuses options that are out of range or that the images do not fit; call it before training for hours.</summary>
    /// <exception cref="DatasetException">Names every problem.</exception>
    public void RequireFitting(IReadOnlyList<NamedImage> images)
    {
        ArgumentNullException.ThrowIfNull(images);
        var problems = new List<string>();
        if (TargetRate is not (> 0 and <= LargestTarget))
        {
            problems.Add(string.Create(CultureInfo.InvariantCulture, $"The target false-alarm rate is {TargetRate}; allowed is above 0 to {LargestTarget}."));
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

    /// <summary>Refuses held-out images that have too few tiles to set a threshold by; call it before training for hours.</summary>
    /// <param name="images">Images the thresholds are to be set on.</param>
    /// <param name="oneOf">How many parts a person has to add for one more among these.</param>
    /// <exception cref="DatasetException">Says how many more parts are needed, or in which image no part is found.</exception>
    public void RequireEnough(IReadOnlyList<NamedImage> images, int oneOf)
    {
        ArgumentNullException.ThrowIfNull(images);

        // Each image has a tile at least; how many more it has hangs on where its part lies.
        if (images.Count < TailThreshold.FewestTiles)
        {
            InspectedLines inspected = new(Edges);
            RequireEnough(GoodImages.PartsOf(images), images.Sum(i => inspected.CountTiles(i.Name, i.Image)), oneOf);
        }
    }

    /// <summary>The same, of tiles that were inspected.</summary>
    internal static void RequireEnough(int parts, int tiles, int oneOf)
    {
        if (tiles < TailThreshold.FewestTiles)
        {
            int more = (int)Math.Ceiling((double)(TailThreshold.FewestTiles - tiles) * parts / tiles);
            throw new DatasetException(
                $"Too little to set thresholds by: {parts} good parts of {tiles} tiles; at least {TailThreshold.FewestTiles} tiles are needed, so {more} more such parts{(oneOf > 1 ? $" (one of {oneOf} is held out for this: add {oneOf * more})" : "")}.");
        }
    }
}

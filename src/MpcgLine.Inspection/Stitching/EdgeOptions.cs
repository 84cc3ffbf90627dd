namespace MpcgLine.Inspection.Stitching;

/// <summary>How the part is found in the image, and how far inside its edge inspection begins.</summary>
public sealed class EdgeOptions
{
    /// <summary>Shortest line, px, on which web edges can be looked for.</summary>
    public const int SmallestWebWidth = 1024;

    private const int SmallestPart = 32;
    private const int LargestPart = 1_000_000;

    /// <summary>Where edges are looked for; default None.</summary>
    public EdgeMode Mode { get; set; }

    /// <summary>Distance inside the found edge at which the inspected area begins, px; 0 .. 1000; default 8.</summary>
    public double InsidePixels { get; set; } = 8;

    /// <summary>
    /// Outer part of the image width, each side, in which a left or right edge may lie; above 0 and at most 0.49;
    /// default 0.4. What lies further inside is never taken for an edge.
    /// </summary>
    public double SearchFraction { get; set; } = 0.4;

    /// <summary>Contrast mode: what lies beside the part; default dark.</summary>
    public Surroundings Surroundings { get; set; }

    /// <summary>Contrast mode: gray level between surroundings and part, 1 .. 254; default 32.</summary>
    public int Level { get; set; } = 32;

    /// <summary>Contrast mode: radius of the part's round corners, px; 0, the default, for sharp ones; at most 5000.</summary>
    public double CornerRadiusPixels { get; set; }

    /// <summary>
    /// Contrast and web mode: the part's width from left to right edge along a line, px; 32 .. 1000000, or 0, the default,
    /// for not checked. It is checked in every tile row; on a web an edge that is not in the image counts as the image's
    /// border. A part of another width is not inspected, for the reason Configuration: it is broken, of another kind, or
    /// its edge was found in the wrong place.
    /// </summary>
    /// <remarks>
    /// Left at 0, whatever has four straight edges is a part: one with a side broken off along its whole length passes,
    /// and so does one of which a dark stripe was taken for the edge, with all that lies beyond it never inspected. Then
    /// only <see cref="MinimumInspectedFraction"/> limits what can be missed.
    /// </remarks>
    public double PartWidthPixels { get; set; }

    /// <summary>
    /// Contrast mode: the part's length from leading to trailing edge, lines; 32 .. 1000000, or 0, the default, for not
    /// checked, with the same cost as for <see cref="PartWidthPixels"/>. Webs have no length.
    /// </summary>
    public double PartLengthPixels { get; set; }

    /// <summary>
    /// Largest deviation from <see cref="PartWidthPixels"/> and <see cref="PartLengthPixels"/>, px; above 0 to 1000, and
    /// at most a quarter of them; default 8. Whatever is missing within it goes unnoticed.
    /// </summary>
    public double PartSizeTolerancePixels { get; set; } = 8;

    /// <summary>
    /// Least fraction of the image that has to be inspected, above 0 to 1; default 0.5. A panel with less is not
    /// inspected: an edge found in the wrong place must not make a panel pass.
    /// </summary>
    public double MinimumInspectedFraction { get; set; } = 0.5;

    /// <summary>Adds one sentence per value out of range.</summary>
    /// <param name="problems">Added to.</param>
    /// <param name="key">Configuration key of these options.</param>
    public void AddProblems(ICollection<string> problems, string key)
    {
        ArgumentNullException.ThrowIfNull(problems);
        if (!Enum.IsDefined(Mode))
        {
            problems.Add($"{key}:Mode is {Mode}; allowed are None, Contrast and Web.");
        }

        if (!Enum.IsDefined(Surroundings))
        {
            problems.Add($"{key}:Surroundings is {Surroundings}; allowed are Dark and Bright.");
        }

        if (!(InsidePixels >= 0 && InsidePixels <= 1000))
        {
            problems.Add($"{key}:InsidePixels is {InsidePixels}; allowed is 0 to 1000 px.");
        }

        if (!(SearchFraction > 0 && SearchFraction <= 0.49))
        {
            problems.Add($"{key}:SearchFraction is {SearchFraction}; allowed is above 0 to 0.49.");
        }

        if (!(CornerRadiusPixels >= 0 && CornerRadiusPixels <= 5000))
        {
            problems.Add($"{key}:CornerRadiusPixels is {CornerRadiusPixels}; allowed is 0 to 5000 px.");
        }

        if (Level is < 1 or > 254)
        {
            problems.Add($"{key}:Level is {Level}; allowed is 1 to 254.");
        }

        if (!(MinimumInspectedFraction > 0 && MinimumInspectedFraction <= 1))
        {
            problems.Add($"{key}:MinimumInspectedFraction is {MinimumInspectedFraction}; allowed is above 0 to 1.");
        }

        AddSizeProblem(problems, $"{key}:PartWidthPixels", PartWidthPixels, Mode is EdgeMode.Contrast or EdgeMode.Web);
        AddSizeProblem(problems, $"{key}:PartLengthPixels", PartLengthPixels, Mode == EdgeMode.Contrast);
        double largest = Math.Min(1000, Math.Min(QuarterOf(PartWidthPixels), QuarterOf(PartLengthPixels)));
        if (!(PartSizeTolerancePixels > 0 && PartSizeTolerancePixels <= largest))
        {
            problems.Add($"{key}:PartSizeTolerancePixels is {PartSizeTolerancePixels}; allowed for a part of this size is above 0 to {largest} px.");
        }
    }

    private static double QuarterOf(double size) => size >= SmallestPart ? size / 4 : double.PositiveInfinity;

    private void AddSizeProblem(ICollection<string> problems, string key, double size, bool isMeasured)
    {
        if (!isMeasured && size != 0)
        {
            problems.Add($"{key} is {size}; with mode {Mode} it can't be measured and must be 0.");
        }
        else if (size != 0 && !(size >= SmallestPart && size <= LargestPart))
        {
            problems.Add($"{key} is {size}; allowed is {SmallestPart} to {LargestPart} px, or 0 for not checked.");
        }
    }
}

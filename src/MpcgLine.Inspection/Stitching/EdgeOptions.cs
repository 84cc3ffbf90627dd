namespace MpcgLine.Inspection.Stitching;

/// <summary>How the part is found in the image, and how far inside its edge inspection begins.</summary>
public sealed class EdgeOptions
{
    /// <summary>Shortest line, px, on which web edges can be looked for.</summary>
    public const int SmallestWebWidth = 1024;

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
    /// Least fraction of the image that has to be inspected, 0 .. 1; default 0.5. A panel with less is not inspected:
    /// an edge found in the wrong place must not make a panel pass.
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

        if (!(MinimumInspectedFraction >= 0 && MinimumInspectedFraction <= 1))
        {
            problems.Add($"{key}:MinimumInspectedFraction is {MinimumInspectedFraction}; allowed is 0 to 1.");
        }
    }
}

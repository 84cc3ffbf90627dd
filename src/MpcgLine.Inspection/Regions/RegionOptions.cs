namespace MpcgLine.Inspection.Regions;

/// <summary>What counts as one region, and what as none.</summary>
public sealed class RegionOptions
{
    /// <summary>
    /// Defective pixels nearer to each other than this, in px between centres, belong to one region; 8-neighbours
    /// always do. 1 .. 16; default 3.
    /// </summary>
    public double MergeDistance { get; set; } = 3;

    /// <summary>Smaller regions are counted and dropped, px; 1 .. 10000; default 6.</summary>
    public int MinimumAreaPixels { get; set; } = 6;

    /// <summary>Most regions kept of one panel, 1 .. 1000000; a panel with more is rejected whatever the rules say. Default 1000.</summary>
    public int RegionCapacity { get; set; } = 1000;

    /// <summary>Adds one sentence per value out of range.</summary>
    /// <param name="problems">Added to.</param>
    /// <param name="key">Configuration key of these options.</param>
    public void AddProblems(ICollection<string> problems, string key)
    {
        ArgumentNullException.ThrowIfNull(problems);
        if (!(MergeDistance >= 1 && MergeDistance <= 16))
        {
            problems.Add($"{key}:MergeDistance is {MergeDistance}; allowed is 1 to 16 px.");
        }

        if (MinimumAreaPixels is < 1 or > 10_000)
        {
            problems.Add($"{key}:MinimumAreaPixels is {MinimumAreaPixels}; allowed is 1 to 10000 px.");
        }

        if (RegionCapacity is < 1 or > 1_000_000)
        {
            problems.Add($"{key}:RegionCapacity is {RegionCapacity}; allowed is 1 to 1000000.");
        }
    }
}

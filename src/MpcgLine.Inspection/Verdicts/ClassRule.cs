namespace MpcgLine.Inspection.Verdicts;

/// <summary>What is allowed of one class of defects; by default none.</summary>
public sealed class ClassRule
{
    private const double LargestArea = 1_000_000;

    /// <summary>Defects below this area are recorded and do not reject, square millimetres; at most 1000000; 0, the default, judges all.</summary>
    public double MinimumAreaSquareMillimetres { get; set; }

    /// <summary>
    /// Defects above this area reject whatever their number, square millimetres; at least
    /// <see cref="MinimumAreaSquareMillimetres"/> and at most 1000000; 0, the default, sets no such limit.
    /// </summary>
    public double MaximumAreaSquareMillimetres { get; set; }

    /// <summary>Judged defects allowed on a panel; at most <see cref="VerdictOptions.AllowedCount"/>; default 0.</summary>
    public int AllowedCount { get; set; }

    /// <summary>Adds one sentence per value out of range.</summary>
    /// <param name="problems">Added to.</param>
    /// <param name="key">Configuration key of this rule.</param>
    /// <param name="allowedTotal">Judged defects of all classes together allowed on a panel.</param>
    public void AddProblems(ICollection<string> problems, string key, int allowedTotal)
    {
        ArgumentNullException.ThrowIfNull(problems);
        if (!(MinimumAreaSquareMillimetres >= 0 && MinimumAreaSquareMillimetres <= LargestArea))
        {
            problems.Add($"{key}:MinimumAreaSquareMillimetres is {MinimumAreaSquareMillimetres}; allowed is 0 to {LargestArea}.");
        }

        if (!(MaximumAreaSquareMillimetres >= 0 && MaximumAreaSquareMillimetres <= LargestArea))
        {
            problems.Add($"{key}:MaximumAreaSquareMillimetres is {MaximumAreaSquareMillimetres}; allowed is 0 to {LargestArea}.");
        }
        else if (MaximumAreaSquareMillimetres > 0 && MaximumAreaSquareMillimetres < MinimumAreaSquareMillimetres)
        {
            problems.Add($"{key}:MaximumAreaSquareMillimetres is {MaximumAreaSquareMillimetres}; allowed is 0, or MinimumAreaSquareMillimetres, which is {MinimumAreaSquareMillimetres}, and more.");
        }

        if (AllowedCount < 0 || AllowedCount > allowedTotal)
        {
            problems.Add($"{key}:AllowedCount is {AllowedCount}; allowed is 0 to the count for all classes together, which is {allowedTotal}.");
        }
    }
}

namespace MpcgLine.Inspection.Verdicts;

/// <summary>What is allowed of one class of defects; by default none.</summary>
public sealed class ClassRule
{
    /// <summary>Defects below this area are recorded and do not reject, square millimetres; 0, the default, judges all.</summary>
    public double MinimumAreaSquareMillimetres { get; set; }

    /// <summary>Defects above this area reject whatever their number, square millimetres; 0, the default, sets no such limit.</summary>
    public double MaximumAreaSquareMillimetres { get; set; }

    /// <summary>Judged defects allowed on a panel; default 0.</summary>
    public int AllowedCount { get; set; }

    /// <summary>Adds one sentence per value out of range.</summary>
    /// <param name="problems">Added to.</param>
    /// <param name="key">Configuration key of this rule.</param>
    public void AddProblems(ICollection<string> problems, string key)
    {
        ArgumentNullException.ThrowIfNull(problems);
        if (!(MinimumAreaSquareMillimetres >= 0))
        {
            problems.Add($"{key}:MinimumAreaSquareMillimetres is {MinimumAreaSquareMillimetres}; allowed is 0 and more.");
        }

        if (!(MaximumAreaSquareMillimetres >= 0))
        {
            problems.Add($"{key}:MaximumAreaSquareMillimetres is {MaximumAreaSquareMillimetres}; allowed is 0 and more.");
        }

        if (AllowedCount < 0)
        {
            problems.Add($"{key}:AllowedCount is {AllowedCount}; allowed is 0 and more.");
        }
    }
}

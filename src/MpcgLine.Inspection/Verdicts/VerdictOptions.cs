namespace MpcgLine.Inspection.Verdicts;

/// <summary>When a panel is rejected, and until when its verdict is worth anything.</summary>
public sealed class VerdictOptions
{
    /// <summary>Rule for dots.</summary>
    public ClassRule Dot { get; set; } = new();

    /// <summary>Rule for strips.</summary>
    public ClassRule Strip { get; set; } = new();

    /// <summary>Judged defects of all classes together allowed on a panel; default 0.</summary>
    public int AllowedCount { get; set; }

    /// <summary>Longest time from the last line to the verdict; above 0; default 2 s. A later verdict is NotInspected.</summary>
    public TimeSpan Deadline { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Adds one sentence per value out of range.</summary>
    /// <param name="problems">Added to.</param>
    /// <param name="key">Configuration key of these options.</param>
    public void AddProblems(ICollection<string> problems, string key)
    {
        ArgumentNullException.ThrowIfNull(problems);
        Dot.AddProblems(problems, $"{key}:Dot");
        Strip.AddProblems(problems, $"{key}:Strip");
        if (AllowedCount < 0)
        {
            problems.Add($"{key}:AllowedCount is {AllowedCount}; allowed is 0 and more.");
        }

        if (Deadline <= TimeSpan.Zero)
        {
            problems.Add($"{key}:Deadline is {Deadline}; allowed is above 0.");
        }
    }
}

namespace MpcgLine.Inspection.Verdicts;

/// <summary>When a panel is rejected, and until when its verdict is worth anything.</summary>
public sealed class VerdictOptions
{
    private const int LargestCount = 1_000_000;
    private static readonly TimeSpan LongestDeadline = TimeSpan.FromHours(1);

    /// <summary>Rule for dots.</summary>
    public ClassRule Dot { get; set; } = new();

    /// <summary>Rule for strips.</summary>
    public ClassRule Strip { get; set; } = new();

    /// <summary>Judged defects of all classes together allowed on a panel; at most 1000000; default 0.</summary>
    public int AllowedCount { get; set; }

    /// <summary>Longest time from the last line to the verdict; above 0 to 1 hour; default 2 s. A later verdict is NotInspected.</summary>
    public TimeSpan Deadline { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Adds one sentence per value out of range.</summary>
    /// <param name="problems">Added to.</param>
    /// <param name="key">Configuration key of these options.</param>
    public void AddProblems(ICollection<string> problems, string key)
    {
        ArgumentNullException.ThrowIfNull(problems);
        Dot.AddProblems(problems, $"{key}:Dot", Math.Max(0, AllowedCount));
        Strip.AddProblems(problems, $"{key}:Strip", Math.Max(0, AllowedCount));
        if (AllowedCount is < 0 or > LargestCount)
        {
            problems.Add($"{key}:AllowedCount is {AllowedCount}; allowed is 0 to {LargestCount}.");
        }

        if (Deadline <= TimeSpan.Zero || Deadline > LongestDeadline)
        {
            problems.Add($"{key}:Deadline is {Deadline}; allowed is above 0 to {LongestDeadline}.");
        }
    }
}

namespace MpcgLine.Inspection.Verdicts;

/// <summary>What is said of a panel; exactly one each. The default value denies.</summary>
public enum Verdict
{
    /// <summary>Not all of the panel was inspected in time. Rejects, diverts or stops the production line; never passes.</summary>
    NotInspected = 0,

    /// <summary>All of the panel was inspected in time and found clean.</summary>
    Accept,

    /// <summary>Defects break a rule.</summary>
    Reject,
}

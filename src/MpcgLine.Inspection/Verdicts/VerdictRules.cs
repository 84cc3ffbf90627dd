using MpcgLine.Inspection.Regions;

namespace MpcgLine.Inspection.Verdicts;

/// <summary>
/// Defects, completeness and rules become one verdict. Denying is the fall-through: Accept is returned at one place,
/// after every condition for it was found true. Pure; any thread.
/// </summary>
/// <param name="options">Valid options.</param>
/// <param name="minimumInspectedFraction">Least fraction of the panel that has to be inspected.</param>
internal sealed class VerdictRules(VerdictOptions options, double minimumInspectedFraction)
{
    /// <summary>Decides on one panel.</summary>
    /// <param name="completeness">What of the panel was inspected.</param>
    /// <param name="defects">All defects kept.</param>
    /// <param name="hasTooManyRegions">Whether regions had to be dropped: more than any rule could allow.</param>
    public (Verdict Verdict, NotInspectedReason Reason) Decide(
        in Completeness completeness, IReadOnlyList<Defect> defects, bool hasTooManyRegions)
    {
        NotInspectedReason reason = WhyNotInspected(completeness);
        if (reason != NotInspectedReason.None)
        {
            return (Verdict.NotInspected, reason);
        }

        return hasTooManyRegions || BreaksRule(defects)
            ? (Verdict.Reject, NotInspectedReason.None)
            : (Verdict.Accept, NotInspectedReason.None);
    }

    private NotInspectedReason WhyNotInspected(in Completeness c)
    {
        if (c.Reason != NotInspectedReason.None)
        {
            return c.Reason;
        }

        if (c.LinesExpected <= 0 || c.LinesReceived != c.LinesExpected || c.TileRowsGiven != c.TileRowsExpected)
        {
            return NotInspectedReason.Camera;
        }

        if (c.TileRowsExpected <= 0 || c.TileRowsInspected != c.TileRowsExpected)
        {
            return NotInspectedReason.Inference;
        }

        if (!(c.InspectedFraction >= minimumInspectedFraction && c.InspectedFraction > 0))
        {
            return NotInspectedReason.Camera;
        }

        return c.Elapsed <= options.Deadline ? NotInspectedReason.None : NotInspectedReason.Deadline;
    }

    private bool BreaksRule(IReadOnlyList<Defect> defects)
    {
        int dots = 0;
        int strips = 0;
        foreach (Defect defect in defects)
        {
            bool isStrip = defect.Class == DefectClass.Strip;
            ClassRule rule = isStrip ? options.Strip : options.Dot;
            if (rule.MaximumAreaSquareMillimetres > 0 && defect.AreaSquareMillimetres > rule.MaximumAreaSquareMillimetres)
            {
                return true;
            }

            if (defect.AreaSquareMillimetres >= rule.MinimumAreaSquareMillimetres)
            {
                dots += isStrip ? 0 : 1;
                strips += isStrip ? 1 : 0;
            }
        }

        return dots > options.Dot.AllowedCount || strips > options.Strip.AllowedCount || dots + strips > options.AllowedCount;
    }
}

namespace MpcgLine.Learning.Evaluation;

/// <summary>
/// AU-PRO (Bergmann et al., IJCV 2021): the share of a true region's pixels at or above a threshold, averaged over all
/// regions, against the share of sound pixels there. Every region counts the same, whatever its area.
/// </summary>
public static class RegionOverlapCurve
{
    /// <summary>
    /// Area under the curve up to a false-positive rate, divided by that rate: 0..1. Points of the curve are joined by
    /// straight lines, the last one cut at the limit. Null without regions or without negatives.
    /// </summary>
    /// <param name="scores">With the overlap of every positive sample.</param>
    /// <param name="limit">False-positive rate, above 0 to 1.</param>
    public static double? Area(RankedScores scores, double limit)
    {
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, 1);
        if (scores.Positives == 0 || scores.Negatives == 0)
        {
            return null;
        }

        double area = 0, total = 0, lastRate = 0, lastOverlap = 0;
        foreach (RankPoint point in scores.Curve())
        {
            total = point.Overlap;
            double rate = (double)point.Negatives / scores.Negatives;
            if (lastRate < limit)
            {
                double end = Math.Min(rate, limit);
                double overlap = rate > end
                    ? lastOverlap + ((point.Overlap - lastOverlap) * (end - lastRate) / (rate - lastRate))
                    : point.Overlap;
                area += (end - lastRate) * (overlap + lastOverlap) / 2;
            }

            lastRate = rate;
            lastOverlap = point.Overlap;
        }

        return total > 0 ? area / total / limit : null;
    }
}

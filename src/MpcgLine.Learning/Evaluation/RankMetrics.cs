namespace MpcgLine.Learning.Evaluation;

/// <summary>How well a score ranks positives above negatives, whatever the threshold. Exact, ties included.</summary>
public static class RankMetrics
{
    /// <summary>
    /// Area under the receiver operating characteristic: the chance that a positive scores above a negative, a tie
    /// counting half. Null without positives or without negatives.
    /// </summary>
    public static double? Auroc(RankedScores scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        if (scores.Positives == 0 || scores.Negatives == 0)
        {
            return null;
        }

        double area = 0;
        RankPoint last = default;
        foreach (RankPoint point in scores.Curve())
        {
            area += (point.Negatives - last.Negatives) * ((double)point.Positives + last.Positives) / 2;
            last = point;
        }

        return area / scores.Positives / scores.Negatives;
    }

    /// <summary>
    /// Average precision: the sum over distinct scores of the gain in recall times the precision there, without
    /// interpolation. Null without positives.
    /// </summary>
    public static double? AveragePrecision(RankedScores scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        if (scores.Positives == 0)
        {
            return null;
        }

        double sum = 0;
        RankPoint last = default;
        foreach (RankPoint point in scores.Curve())
        {
            sum += (point.Positives - last.Positives) * ((double)point.Positives / (point.Positives + point.Negatives));
            last = point;
        }

        return sum / scores.Positives;
    }
}

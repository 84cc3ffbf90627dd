using MpcgLine.Learning.Evaluation;

namespace MpcgLine.UnitTests.Evaluation;

public sealed class RankMetricsTests
{
    [Fact]
    public void Auroc_HandWorkedWithATie_CountsTheTieHalf()
    {
        // Of 2 x 3 pairs the positive 3 wins three; the positive 1 wins one, ties one, loses one.
        RankedScores scores = Ranked([(3, true), (1, true), (2, false), (1, false), (0, false)]);

        Assert.Equal(4.5 / 6, RankMetrics.Auroc(scores)!.Value, 1e-12);
    }

    [Fact]
    public void AveragePrecision_HandWorkedWithATie_TakesTheTieAsOneStep()
    {
        // At 3: recall 1/2 with precision 1. At 1 the other half: 2 of 4.
        RankedScores scores = Ranked([(3, true), (1, true), (2, false), (1, false), (0, false)]);

        Assert.Equal((0.5 * 1) + (0.5 * 0.5), RankMetrics.AveragePrecision(scores)!.Value, 1e-12);
    }

    [Fact]
    public void Figures_EverythingTied_AreChance()
    {
        RankedScores scores = Ranked([(1, true), (1, false), (1, false), (1, false)]);

        Assert.Equal(0.5, RankMetrics.Auroc(scores));
        Assert.Equal(0.25, RankMetrics.AveragePrecision(scores));
    }

    [Fact]
    public void Figures_WithoutPositivesOrNegatives_AreNull()
    {
        RankedScores good = Ranked([(1, false), (2, false)]);
        RankedScores defective = Ranked([(1, true), (2, true)]);

        Assert.Null(RankMetrics.Auroc(good));
        Assert.Null(RankMetrics.AveragePrecision(good));
        Assert.Null(RegionOverlapCurve.Area(good, 0.3));
        Assert.Null(RankMetrics.Auroc(defective));
        Assert.Equal(1, RankMetrics.AveragePrecision(defective));
        Assert.Null(RegionOverlapCurve.Area(defective, 0.3));
    }

    [Fact]
    public void Area_LimitBetweenTwoPoints_IsCutOnTheStraightLine()
    {
        // One region of two px, four sound px: (0, 0.5), (0.25, 0.5), (1, 1).
        RankedScores scores = new();
        scores.Add(3, 1, 0, 0.5f);
        scores.Add(2, 0, 1);
        scores.Add(1, 1, 3, 0.5f);

        // Up to 0.25 a rectangle; from there to 0.5 the line rises to 2/3.
        double expected = (0.25 * 0.5) + (0.25 * (0.5 + (2.0 / 3)) / 2);
        Assert.Equal(expected / 0.5, RegionOverlapCurve.Area(scores, 0.5)!.Value, 1e-12);
    }

    [Fact]
    public void Add_NotANumberOrMoreSamplesThanFit_IsRefused()
    {
        RankedScores scores = new();

        Assert.Throws<ArgumentException>(() => scores.Add(float.NaN, 1, 0));
        Assert.Throws<OverflowException>(() => scores.Add(1, 65_536, 0));
    }

    private static RankedScores Ranked(IEnumerable<(float Score, bool IsPositive)> samples)
    {
        RankedScores scores = new();
        foreach ((float score, bool isPositive) in samples)
        {
            scores.Add(score, isPositive ? 1 : 0, isPositive ? 0 : 1);
        }

        return scores;
    }
}

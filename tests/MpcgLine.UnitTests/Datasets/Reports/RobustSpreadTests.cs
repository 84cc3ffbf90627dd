using MpcgLine.Learning.Datasets.Reports;

namespace MpcgLine.UnitTests.Datasets.Reports;

public sealed class RobustSpreadTests
{
    [Fact]
    public void DeviationsOf_OneOutlier_StandsOutAndDoesNotHideItself()
    {
        // Median 5; absolute deviations 4 3 2 1 0 1 2 3 95, their median 2.
        RobustSpread spread = new([1, 2, 3, 4, 5, 6, 7, 8, 100]);

        Assert.Equal(95 / (1.4826 * 2), spread.DeviationsOf(100), 1e-9);
        Assert.Equal(-4 / (1.4826 * 2), spread.DeviationsOf(1), 1e-9);
    }

    [Fact]
    public void DeviationsOf_TooFewOrEqualValues_IsNone()
    {
        Assert.Equal(0, new RobustSpread([1, 2, 3, 4, 5, 6, 100]).DeviationsOf(100));
        Assert.Equal(0, new RobustSpread([.. Enumerable.Repeat(3.0, 8), 50]).DeviationsOf(50));
    }
}

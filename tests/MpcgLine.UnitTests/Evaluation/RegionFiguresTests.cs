using MpcgLine.Learning.Evaluation;

namespace MpcgLine.UnitTests.Evaluation;

public sealed class RegionFiguresTests
{
    [Theory]
    [InlineData(4, 3, 6, 3, 0.75, 0.5, 0.6)]
    [InlineData(4, 0, 0, 0, 0.0, null, 0.0)]
    [InlineData(4, 0, 2, 0, 0.0, 0.0, 0.0)]
    [InlineData(0, 0, 2, 0, null, 0.0, null)]
    public void Figures_FromCounts_AreDefinedWhereTheyCanBe(
        int trueRegions, int found, int detections, int right, double? recall, double? precision, double? f1)
    {
        RegionFigures figures = new(1, trueRegions, found, detections, right);

        Assert.Equal(recall, figures.Recall);
        Assert.Equal(precision, figures.Precision);
        Assert.Equal(f1.HasValue, figures.F1.HasValue);
        Assert.Equal(f1 ?? 0, figures.F1 ?? 0, 1e-12);
    }
}

using MpcgLine.Learning.Calibration;

namespace MpcgLine.UnitTests.Calibration;

public sealed class TailThresholdTests
{
    [Fact]
    public void Of_EnoughImages_FlagsNoMoreThanTheTarget()
    {
        IReadOnlyList<double>[] images = [.. Enumerable.Range(0, 100).Select(i => (IReadOnlyList<double>)[-50, i])];

        TailThreshold threshold = Of(images, 0.05);

        // The next part goes beyond the sixth largest with a chance of 6 / 101, beyond the fifth with one of 5 / 101.
        Assert.Equal(4, threshold.Flagged);
        Assert.InRange(threshold.Threshold, 95, 95.001);
        Assert.InRange(threshold.ExpectedLow, 0.0107, 0.0113);
        Assert.InRange(threshold.ExpectedHigh, 0.0988, 0.0998);
    }

    [Fact]
    public void Of_FewImages_LiesBeyondTheLargestByTheTail()
    {
        // Exponential maxima of mean 1: the value exceeded by 1 image of 100 (10 tiles each) lies at ln(1000) = 6.9.
        var random = new Random(5);
        IReadOnlyList<double>[] images =
            [.. Enumerable.Range(0, 20).Select(_ => (IReadOnlyList<double>)[.. Enumerable.Range(0, 10).Select(_ => -Math.Log(1 - random.NextDouble()))])];

        TailThreshold threshold = Of(images, 0.01);

        Assert.Equal(0, threshold.Flagged);
        Assert.True(threshold.Threshold > images.Max(i => i.Max()));
        Assert.InRange(threshold.Threshold, 5.5, 9);
        Assert.InRange(threshold.ExpectedHigh, 0.16, 0.17);
    }

    [Fact]
    public void Of_NothingInspected_SaysSo() =>
        Assert.Throws<ArgumentException>(() => Of([[], []], 0.05));

    [Fact]
    public void Of_OneImageOfFourTiles_ExtrapolatesFromOneExcessAndSaysItIsThin()
    {
        TailThreshold threshold = Of([[4, 1, 3, 2]], 0.02);

        // By hand: base 3, one excess of 1 above it with a share of 1/4; per tile 1 - 0.98^(1/4) = 0.0050379.
        Assert.Equal(3 + Math.Log(0.25 / 0.0050379), threshold.Threshold, 1e-4);
        Assert.Equal(1, threshold.TailValues);
        Assert.True(threshold.IsThin);
    }

    [Fact]
    public void Of_OneTile_LiesJustAboveItAndIsThin()
    {
        TailThreshold threshold = Of([[4]], 0.02);

        Assert.InRange(threshold.Threshold, 4.0000001, 4.00001);
        Assert.True(threshold.IsThin);
    }

    [Fact]
    public void Of_ImagesWithoutATile_CountForNothing()
    {
        IReadOnlyList<double>[] images = [[1, 2, 3, 9], [2, 4, 6, 7]];

        Assert.Equal(Of(images, 0.02), Of([.. images, [], [], []], 0.02));
    }

    [Fact]
    public void Of_ManyExponentialTiles_IsUnbiased()
    {
        // 20 images of 10 tiles, target 0.01: the true value is -ln(1 - 0.99^(1/10)) = 6.903 on average over many sets.
        var random = new Random(7);
        double mean = Enumerable.Range(0, 300).Average(_ => Of(
            [.. Enumerable.Range(0, 20).Select(_ => (IReadOnlyList<double>)[.. Enumerable.Range(0, 10).Select(_ => -Math.Log(1 - random.NextDouble()))])],
            0.01).Threshold);

        // The largest value seen sometimes lies above the extrapolation and then counts, hence the room upwards.
        Assert.InRange(mean, 6.7, 7.4);
    }

    [Theory]
    [InlineData(31, 16.5, false)]
    [InlineData(32, 16.5, true)]
    public void Of_PartsOfSixEqualTiles_ExtrapolatesFromPartsWhereTheirTailIsLongEnough(int count, double spread, bool isFromParts)
    {
        // Exposures of one part: six times the same value. Taken for independent, they would ask for more than the parts do.
        IReadOnlyList<double>[] parts = [.. Enumerable.Range(1, count).Select(i => (IReadOnlyList<double>)[.. Enumerable.Repeat(spread * i / count, 6)])];

        TailThreshold threshold = Of(parts, 0.02);
        TailThreshold ofOneTileEach = Of([.. parts.Select(part => (IReadOnlyList<double>)[part[0]])], 0.02);

        Assert.Equal(isFromParts, threshold.Threshold == ofOneTileEach.Threshold);
        Assert.True(threshold.Threshold >= ofOneTileEach.Threshold);
        Assert.Equal(isFromParts ? 8 : 46, threshold.TailValues);
    }

    [Fact]
    public void Of_EnoughImages_IsCountedAndNotThin()
    {
        TailThreshold threshold = Of([.. Enumerable.Range(0, 50).Select(i => (IReadOnlyList<double>)[i])], 0.02);

        Assert.Null(threshold.TailValues);
        Assert.False(threshold.IsThin);
    }

    [Theory]
    [InlineData(3, 0.25, true)]
    [InlineData(19, 0.05, false)]
    [InlineData(49, 0.02, false)]
    [InlineData(50, 0.02, false)]
    [InlineData(98, 0.02, false)]
    public void Of_RateOfTheNextPartBeyondAll_IsTheLargestValueWithoutATail(int parts, double target, bool isThin)
    {
        TailThreshold threshold = Of([.. Enumerable.Range(0, parts).Select(i => (IReadOnlyList<double>)[-20, -10, i, i / 2.0])], target);

        Assert.InRange(threshold.Threshold, parts - 1, parts - 1 + 1e-5);
        Assert.True(threshold.Threshold > parts - 1);
        Assert.Null(threshold.TailValues);
        Assert.Equal(isThin, threshold.IsThin);
    }

    [Fact]
    public void Of_ThreePartsAndAQuarter_FlagsAQuarterOfNextPartsWhateverTheScores()
    {
        // Heavy tails (Cauchy): an extrapolation that takes them for exponential would be far off.
        var random = new Random(11);
        IReadOnlyList<double> Part() => [.. Enumerable.Range(0, 5).Select(_ => Math.Tan(Math.PI * (random.NextDouble() - 0.5)))];
        const int draws = 4000;
        int flagged = Enumerable.Range(0, draws).Count(_ => Part().Max() >= Of([Part(), Part(), Part()], 0.25).Threshold);

        Assert.InRange(flagged / (double)draws, 0.25 - 0.03, 0.25 + 0.03);
    }

    [Fact]
    public void Of_AlikeExposures_FlagsNoMoreThanTheTargetOfTheNextPartsWhateverTheScores()
    {
        // Exposures of a part resemble each other as much as one part does another, and parts have one to six.
        var random = new Random(13);
        IReadOnlyList<double>[] Exposures(int count)
        {
            double part = Math.Tan(Math.PI * (random.NextDouble() - 0.5));
            return [.. Enumerable.Range(0, count).Select(_ => (IReadOnlyList<double>)[part + Math.Tan(Math.PI * (random.NextDouble() - 0.5))])];
        }

        const int draws = 4000;
        int flagged = Enumerable.Range(0, draws).Count(_ =>
            Exposures(1)[0][0] >= TailThreshold.Of([.. Enumerable.Range(1, 6).Select(Exposures), Exposures(6), Exposures(3), Exposures(1)], 0.25).Threshold);

        // Up to a part's share too few: the next part counts as one that would be flagged at any threshold.
        Assert.InRange(flagged / (double)draws, 0.25 - 0.1, 0.25 + 0.01);
    }

    [Fact]
    public void Of_FewerPartsThanTheRateNeeds_LeavesTheTargetShareOfExposuresAbove()
    {
        // 40 parts of 5 exposures, exponential of mean 1: 2 % of them lie above ln 50 = 3.912. As parts flagged by any of five they would
        // ask for -ln(1 - 0.98^(1/5)) = 5.513.
        var random = new Random(17);
        TailThreshold[] thresholds = [.. Enumerable.Range(0, 300).Select(_ => TailThreshold.Of(
            Enumerable.Range(0, 40).Select(_ => (IReadOnlyList<double>[])[.. Enumerable.Range(0, 5).Select(_ => (IReadOnlyList<double>)[-Math.Log(1 - random.NextDouble())])]),
            0.02))];

        // Of the order statistic and the extrapolation the larger one counts, hence the room upwards.
        Assert.InRange(thresholds.Average(t => t.Threshold), 3.9, 4.2);
        Assert.All(thresholds, t => Assert.True(t.Flagged <= 0.8 + 1e-9 && t.TailValues == 10 && t.Parts == 40));
    }

    [Fact]
    public void Of_PartsWithUnequallyManyExposures_WeighAlike()
    {
        // Of the next 5 parts 2.5 may be flagged, the next one among them: the three exposures of the first together are one part.
        TailThreshold threshold = TailThreshold.Of([[[10], [9], [8]], [[1]], [[2]], [[3]]], 0.5);

        Assert.InRange(threshold.Threshold, 3, 3.00001);
        Assert.Equal(1, threshold.Flagged, 1e-9);
    }

    [Fact]
    public void Of_ExposureSeenTwice_ChangesNothing() =>
        Assert.Equal(TailThreshold.Of([[[4, 1, 3, 2]]], 0.02), TailThreshold.Of([[[4, 1, 3, 2], [4, 1, 3, 2]]], 0.02));

    [Fact]
    public void Of_HalfOfAPartsExposuresFlagged_IntervalCountsItAsNoneAndAsOne()
    {
        IReadOnlyList<double>[] half = [[100], [0]];

        TailThreshold threshold = TailThreshold.Of([half, .. Enumerable.Range(0, 9).Select(_ => (IReadOnlyList<double>[])[[1], [2]])], 0.15);

        Assert.InRange(threshold.Threshold, 2, 2.00001);
        Assert.Equal(0.5, threshold.Flagged, 1e-9);
        Assert.Equal(0, threshold.ExpectedLow);
        // One of ten flagged.
        Assert.InRange(threshold.ExpectedHigh, 0.445, 0.446);
    }

    /// <summary>Of parts with one verdict each.</summary>
    private static TailThreshold Of(IEnumerable<IReadOnlyList<double>> parts, double target) =>
        TailThreshold.Of(parts.Select(part => (IReadOnlyList<double>[])[part]), target);
}

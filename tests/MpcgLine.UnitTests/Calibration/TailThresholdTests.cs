using MpcgLine.Learning.Calibration;

namespace MpcgLine.UnitTests.Calibration;

public sealed class TailThresholdTests
{
    [Fact]
    public void Of_EnoughImages_FlagsNoMoreThanTheTarget()
    {
        IReadOnlyList<double>[] images = [.. Enumerable.Range(0, 100).Select(i => (IReadOnlyList<double>)[-50, i])];

        TailThreshold threshold = TailThreshold.Of(images, 0.05);

        Assert.Equal(5, threshold.Flagged);
        Assert.InRange(threshold.Threshold, 94, 94.001);
        Assert.InRange(threshold.ExpectedLow, 0.0160, 0.0168);
        Assert.InRange(threshold.ExpectedHigh, 0.112, 0.114);
    }

    [Fact]
    public void Of_FewImages_LiesBeyondTheLargestByTheTail()
    {
        // Exponential maxima of mean 1: the value exceeded by 1 image of 100 (10 tiles each) lies at ln(1000) = 6.9.
        var random = new Random(5);
        IReadOnlyList<double>[] images =
            [.. Enumerable.Range(0, 20).Select(_ => (IReadOnlyList<double>)[.. Enumerable.Range(0, 10).Select(_ => -Math.Log(1 - random.NextDouble()))])];

        TailThreshold threshold = TailThreshold.Of(images, 0.01);

        Assert.Equal(0, threshold.Flagged);
        Assert.True(threshold.Threshold > images.Max(i => i.Max()));
        Assert.InRange(threshold.Threshold, 5.5, 9);
        Assert.InRange(threshold.ExpectedHigh, 0.16, 0.17);
    }

    [Fact]
    public void Of_NothingInspected_SaysSo() =>
        Assert.Throws<ArgumentException>(() => TailThreshold.Of([[], []], 0.05));
}

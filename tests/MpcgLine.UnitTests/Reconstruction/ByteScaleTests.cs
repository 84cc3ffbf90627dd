using MpcgLine.Inspection.Reconstruction;

namespace MpcgLine.UnitTests.Reconstruction;

public sealed class ByteScaleTests
{
    [Fact]
    public void Covering_OneChannel_TakesBothEndsAndZeroExactly()
    {
        ByteScale scale = ByteScale.Covering(new ActivationRange([-1], [2]));

        // A third of the bytes lie below 0; the ends are a byte at most from the last ones.
        Assert.Equal(byte.MaxValue / 3.0, scale.Zero, 1.0);
        Assert.InRange(-1 / scale.Steps[0], -scale.Zero, -scale.Zero + 1);
        Assert.InRange(2 / scale.Steps[0], byte.MaxValue - scale.Zero - 1.5, byte.MaxValue - scale.Zero);
    }

    [Fact]
    public void Covering_ChannelsOfOtherSizes_HaveStepsOfTheirOwn()
    {
        ByteScale scale = ByteScale.Covering(new ActivationRange([-1, -100], [2, 200]));

        Assert.Equal(100 * scale.Steps[0], scale.Steps[1], 1e-5);
    }

    [Fact]
    public void Covering_ChannelOfNothing_HasAStepAboveZero()
    {
        ByteScale scale = ByteScale.Covering(new ActivationRange([0, -1], [0, 1]));

        Assert.All(scale.Steps, step => Assert.True(step > 0));
    }
}

using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Inspection.Reconstruction.Native;

namespace MpcgLine.UnitTests.Reconstruction;

public sealed class ByteActivationTests
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

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(38)]
    [InlineData(64)]
    public void Apply_EveryByteOfEveryChannel_IsLeakyReluWithinHalfAStep(int channels)
    {
        var random = new Random(channels);
        var range = new ActivationRange(
            [.. Enumerable.Range(0, channels).Select(_ => -10 * random.NextSingle())], [.. Enumerable.Range(0, channels).Select(_ => 10 * random.NextSingle())]);
        ByteScale scale = ByteScale.Covering(range), result = ByteScale.Covering(range.Activated());
        byte[] values = [.. Enumerable.Range(0, 256 * channels).Select(i => (byte)(i / channels))];
        byte[] before = [.. values];

        var activation = new ByteActivation(scale, result);
        activation.Apply(values);

        for (int i = 0; i < values.Length; i++)
        {
            int channel = i % channels;
            double x = (before[i] - scale.Zero) * scale.Steps[channel];
            double exact = ((x >= 0 ? x : LayerShape.LeakySlope * x) / result.Steps[channel]) + result.Zero;

            // Half a step of rounding, and the factor's own: a 512th of the byte at most. What is beyond the last byte may become
            // one a step of the former scale before it.
            double tolerance = exact > byte.MaxValue ? Math.Max(1, scale.Steps[channel] / result.Steps[channel]) : 1;
            Assert.Equal(Math.Clamp(exact, 0, byte.MaxValue), values[i], tolerance);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(90)]
    [InlineData(255)]
    public void Add_AnyTwoBytes_IsTheirSumAboutZeroWithinTheBytes(int zero)
    {
        byte[] sum = [.. Enumerable.Range(0, 256 * 256).Select(i => (byte)i), 1, 2, 3], added = [.. Enumerable.Range(0, 256 * 256).Select(i => (byte)(i >> 8)), 4, 5, 255];
        byte[] before = [.. sum];
        var adder = new ByteSum(new ByteScale(zero, [1]));

        adder.Add(sum, added);

        Assert.Equal(before.Zip(added, (a, b) => (byte)Math.Clamp(a + b - zero, 0, 255)), sum);
    }
}

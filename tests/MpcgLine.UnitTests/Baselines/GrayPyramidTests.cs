using MpcgLine.Learning.Baselines;

namespace MpcgLine.UnitTests.Baselines;

public sealed class GrayPyramidTests
{
    [Fact]
    public void Halve_OnePixel_SpreadsByTheWeights()
    {
        float[] source = new float[64], half = new float[16];
        source[(4 * 8) + 4] = 256;

        GrayPyramid.Halve(source, 8, half);

        // 6 6 in the middle, 1 at a distance of 2 px.
        Assert.Equal(36, half[(2 * 4) + 2]);
        Assert.Equal(6, half[(2 * 4) + 1]);
        Assert.Equal(1, half[(3 * 4) + 3]);
        Assert.Equal(0, half[0]);
    }

    [Fact]
    public void Halve_FlatPicture_StaysFlatToTheBorder()
    {
        float[] source = [.. Enumerable.Repeat(0.5f, 64)], half = new float[16];

        GrayPyramid.Halve(source, 8, half);

        Assert.All(half, value => Assert.Equal(0.5f, value));
    }

    [Fact]
    public void Centres_TwoHeaps_AreFound()
    {
        Random random = new(1);
        float[] points = [.. Enumerable.Range(0, 200).SelectMany(i => (float[])[(i % 2 * 10) + random.NextSingle(), random.NextSingle()])];

        float[] centres = KMeans.Centres(points, 2, 2, new Random(4));

        Assert.Equal([0.5, 10.5], ((float[])[centres[0], centres[2]]).Order().Select(c => Math.Round(c * 2) / 2));
    }
}

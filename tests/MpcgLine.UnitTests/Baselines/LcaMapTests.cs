using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Learning.Baselines;

namespace MpcgLine.UnitTests.Baselines;

public sealed class LcaMapTests
{
    private static readonly byte[][] GoodTiles = [.. Enumerable.Range(10, 6).Select(Surface.Cloudy)];
    private static readonly Lazy<IReadOnlyDictionary<string, WeightArray>> Learnt = new(() => LcaMap.Learn(GoodTiles));

    private readonly float[] _distance = new float[Surface.Size * Surface.Size];
    private readonly sbyte[] _residual = new sbyte[Surface.Size * Surface.Size];

    [Fact]
    public void Compare_BigBlob_IsKeptAtItsPlaceWithItsSign()
    {
        byte[] tile = Surface.Cloudy(2);
        Surface.Dot(tile, 200, 300, 90, -40);

        Compare(tile);

        int most = Array.IndexOf(_distance, _distance.Max());
        Assert.InRange(most % Surface.Size, 155, 245);
        Assert.InRange(most / Surface.Size, 255, 345);
        Assert.True(_distance[most] > 4, $"{_distance[most]}");
        Assert.True(_residual[most] < 0);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Compare_Pinhole_IsLostThoughItsContrastIsTwiceTheBlobs(int diameter)
    {
        byte[] tile = Surface.Cloudy(2);
        Compare(tile);
        float without = _distance.Max();
        Surface.Dot(tile, 200, 300, diameter, -80);

        Compare(tile);

        Assert.True(Around(200, 300) < without, $"{Around(200, 300)} at the pinhole, {without} without it");
        Assert.Equal(without, _distance.Max(), 0.1);
    }

    [Fact]
    public void OfPower_FallsThenGoesFlat_FindsTheKnee()
    {
        double[] power = [.. Enumerable.Range(1, 256).Select(r => Math.Pow(10, 2 + (6 * Math.Max(0, 1 - (r / 40.0)))))];

        // The mean of nine rounds the corner by four rings to either side.
        Assert.InRange(LcaRadius.OfPower(power), 36, 44);
    }

    [Fact]
    public void Learn_CloudsAndNoise_FindsWhereTheCloudsEndInTheNoise()
    {
        float learnt = Assert.Single(Learnt.Value).Value.Values[0];

        // The clouds' power falls to the noise's at about 24.
        TestContext.Current.TestOutputHelper!.WriteLine($"{learnt}");
        Assert.InRange(learnt, 18, 42);
    }

    private float Around(int x, int y)
    {
        float most = 0;
        for (int dy = -4; dy <= 4; dy++)
        {
            most = Math.Max(most, _distance.AsSpan(((y + dy) * Surface.Size) + x - 4, 9).ToArray().Max());
        }

        return most;
    }

    private void Compare(byte[] tile)
    {
        using LcaMap map = LcaMap.Of(Learnt.Value);
        map.Compare(tile, Surface.Whole, _distance, _residual);
    }
}

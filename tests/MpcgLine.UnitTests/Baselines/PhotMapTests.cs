using MpcgLine.Learning.Baselines;

namespace MpcgLine.UnitTests.Baselines;

public sealed class PhotMapTests
{
    // The limit its authors used for all their results.
    private const float PublishedLimit = 4;

    private readonly float[] _distance = new float[Surface.Size * Surface.Size];
    private readonly sbyte[] _residual = new sbyte[Surface.Size * Surface.Size];

    [Theory]
    [InlineData(40)]
    [InlineData(-40)]
    public void Compare_BlobOnAPeriodicTexture_StandsOut(int contrast)
    {
        byte[] tile = Surface.Periodic(1);
        Surface.Dot(tile, 200, 300, 20, contrast);

        Compare(tile);

        int most = Array.IndexOf(_distance, _distance.Max());
        Assert.InRange(most % Surface.Size, 190, 210);
        Assert.InRange(most / Surface.Size, 290, 310);
        Assert.True(_distance[most] > 2 * PublishedLimit, $"{_distance[most]}");
        Assert.Equal(Math.Sign(contrast), Math.Sign(_residual[most]));
    }

    [Fact]
    public void Compare_LongStraightScratch_IsMissed()
    {
        byte[] tile = Surface.Periodic(1);
        int[] covered = Surface.Scratch(tile, 40);

        Compare(tile);

        double found = (double)covered.Count(i => _distance[i] > PublishedLimit) / covered.Length;
        TestContext.Current.TestOutputHelper!.WriteLine($"{found:P1} found, mean distance {covered.Average(i => _distance[i])}");
        Assert.InRange(found, 0, 0.05);
    }

    [Fact]
    public void Compare_FlatTile_HasNoDistance()
    {
        Compare([.. Enumerable.Repeat((byte)77, Surface.Size * Surface.Size)]);

        Assert.All(_distance, d => Assert.Equal(0, d));
    }

    private void Compare(byte[] tile)
    {
        using PhotMap map = new();
        map.Compare(tile, Surface.Whole, _distance, _residual);
    }
}

using MpcgLine.Inspection.Primitives;
using MpcgLine.Learning.Evaluation;

namespace MpcgLine.UnitTests.Evaluation;

public sealed class MarkedRegionTests
{
    private const int Side = 64;

    private readonly GrayImage _image = new(Side, Side);
    private readonly GrayImage _mask = new(Side, Side);
    private readonly float[] _scores = new float[Side / 4 * (Side / 4)];

    [Fact]
    public void Find_DarkSquareOnAlternatingSurface_HasWidthContrastAndHighestScore()
    {
        for (int i = 0; i < _image.Pixels.Length; i++)
        {
            _image.Pixels[i] = (byte)(i % 2 == 0 ? 98 : 102); // mean 100, deviation 2
        }

        Mark(20, 24, 8, 8, level: 90);
        _scores[(24 / 4 * (Side / 4)) + (24 / 4)] = 7;
        _scores[0] = 9;

        MarkedRegion region = Assert.Single(Find().Regions);

        Assert.Equal(new PixelBox(20, 24, 8, 8), region.Region.Box);
        Assert.Equal(64, region.AreaPixels);
        // A square's ellipse of equal moments is a little wider than the square.
        Assert.InRange(region.WidthPixels, 8, 9.5);
        Assert.InRange(region.ContrastToNoise!.Value, 4.9, 5.1);
        Assert.Equal(7, region.HighestScore);
    }

    [Theory]
    [InlineData(2, 1)] // centres 2 px apart
    [InlineData(3, 2)]
    public void Find_TwoMarks_AreOneWhereNearerThanThree(int distance, int regions)
    {
        Mark(10, 10, 3, 3, 0);
        Mark(12 + distance, 10, 3, 3, 0);

        Assert.Equal(regions, Find().Regions.Count);
    }

    [Fact]
    public void Find_FivePixelsAndSix_LeavesOutTheSmaller()
    {
        Mark(10, 10, 5, 1, 0);
        Mark(30, 30, 6, 1, 0);

        (IReadOnlyList<MarkedRegion> regions, int tooSmall) = Find();

        Assert.Equal(6, Assert.Single(regions).AreaPixels);
        Assert.Equal(1, tooSmall);
    }

    [Fact]
    public void Find_EverythingMarked_HasNoContrast()
    {
        Mark(0, 0, Side, Side, 50);

        Assert.Null(Assert.Single(Find().Regions).ContrastToNoise);
    }

    private (IReadOnlyList<MarkedRegion> Regions, int TooSmall) Find() =>
        MarkedRegion.Find(_image, _mask, new ScoreMap(Side, Side, _scores));

    private void Mark(int x, int y, int width, int height, byte level)
    {
        for (int line = y; line < y + height; line++)
        {
            _mask.Row(line).Slice(x, width).Fill(255);
            _image.Row(line).Slice(x, width).Fill(level);
        }
    }
}

using MpcgLine.Inspection.Primitives;
using MpcgLine.Learning.Evaluation;

namespace MpcgLine.UnitTests.Evaluation;

public sealed class RegionMatcherTests
{
    // A 4 x 4 square at (100, 100).
    private static readonly TrueRegion Square = new(new PixelBox(100, 100, 4, 4), Filled(16));

    [Fact]
    public void DilatedArea_SinglePixel_IsTheDiscOfRadiusThree()
    {
        TrueRegion pixel = new(new PixelBox(10, 10, 1, 1), Filled(1));

        // Whole-numbered points within distance 3 of the origin: 29.
        Assert.Equal(29, pixel.DilatedArea);
    }

    [Theory]
    [InlineData(106, 100, true)] // two empty columns between: distance 3 from pixel centre to pixel centre
    [InlineData(107, 100, false)]
    [InlineData(105, 105, true)] // 2 and 2: within 3
    [InlineData(106, 106, false)] // 3 and 3: beyond
    [InlineData(101, 101, true)]
    public void Match_BoxBesideTruth_IsFoundWithinThreePixels(int x, int y, bool isFound)
    {
        RegionMatches matches = RegionMatcher.Match([Square], [new FoundRegion(new PixelBox(x, y, 2, 2), 4)]);

        Assert.Equal([isFound], matches.IsFound);
        Assert.Equal([isFound], matches.IsRight);
    }

    [Fact]
    public void Match_DetectionAtAndAboveFourTimesTheDilatedArea_IsRightOnlyAtIt()
    {
        PixelBox box = new(90, 90, 40, 40);
        int limit = RegionMatcher.LargestRatio * Square.DilatedArea;

        RegionMatches at = RegionMatcher.Match([Square], [new FoundRegion(box, limit)]);
        RegionMatches above = RegionMatcher.Match([Square], [new FoundRegion(box, limit + 1)]);

        Assert.Equal([true], at.IsRight);
        Assert.Equal([true], above.IsFound);
        Assert.Equal([false], above.IsRight);
    }

    [Fact]
    public void Match_BoxOverCornerWithoutPixels_DoesNotFind()
    {
        // A diagonal: its box is 20 x 20, its pixels are far from the box's top right corner.
        byte[] mask = new byte[400];
        for (int i = 0; i < 20; i++)
        {
            mask[(i * 20) + i] = 255;
        }

        TrueRegion diagonal = new(new PixelBox(0, 0, 20, 20), mask);

        Assert.Equal([false], RegionMatcher.Match([diagonal], [new FoundRegion(new PixelBox(16, 0, 4, 4), 16)]).IsFound);
    }

    [Fact]
    public void Match_TwoDetectionsOnOneTruthAndOneFarAway_CountsEachDetection()
    {
        RegionMatches matches = RegionMatcher.Match(
            [Square],
            [
                new FoundRegion(new PixelBox(100, 100, 1, 1), 1),
                new FoundRegion(new PixelBox(103, 103, 1, 1), 1),
                new FoundRegion(new PixelBox(300, 300, 5, 5), 25),
            ]);

        Assert.Equal([true], matches.IsFound);
        Assert.Equal([true, true, false], matches.IsRight);
    }

    [Fact]
    public void TrueRegion_MaskOfAnotherSizeOrEmpty_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => new TrueRegion(new PixelBox(0, 0, 2, 2), Filled(3)));
        Assert.Throws<ArgumentException>(() => new TrueRegion(new PixelBox(0, 0, 2, 2), new byte[4]));
    }

    private static byte[] Filled(int count)
    {
        byte[] mask = new byte[count];
        Array.Fill(mask, (byte)255);
        return mask;
    }
}

using MpcgLine.Inspection.Primitives;

namespace MpcgLine.UnitTests.Primitives;

public sealed class PixelBoxTests
{
    [Theory]
    [InlineData(10, 0, 0, false)] // neighbours share an edge, not a pixel
    [InlineData(9, 0, 0, true)]
    [InlineData(10, 0, 1, true)]
    [InlineData(13, 0, 3, false)]
    [InlineData(0, -10, 0, false)]
    [InlineData(0, -10, 1, true)]
    public void Touches_BoxesTenWide_SharesAPixelOnlyWithinTheMargin(int x, int y, int margin, bool expected)
    {
        PixelBox box = new(0, 0, 10, 10);
        PixelBox other = new(x, y, 10, 10);

        Assert.Equal(expected, box.Touches(other, margin));
        Assert.Equal(expected, other.Touches(box, margin));
    }
}

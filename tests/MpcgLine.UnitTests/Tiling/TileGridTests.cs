using CsCheck;
using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Tiling;

namespace MpcgLine.UnitTests.Tiling;

public sealed class TileGridTests
{
    private static readonly Gen<(int Width, int Length)> Sizes =
        Gen.Select(Gen.Int[32, 1500], Gen.Int[32, 1500]);

    [Fact]
    public void Counts_PanelOfThePaper_Are16By32()
    {
        TileGrid grid = new(7168, 14000);

        Assert.Equal((16, 32), (grid.Columns, grid.Rows));
        Assert.Equal(new TileOrigin(-32, -32), grid.Origin(0, 0));
        Assert.Equal(new TileOrigin(416, 864), grid.Origin(2, 1));
        Assert.Equal(new TileOrigin(6688, 13536), grid.Origin(31, 15));
        Assert.Equal(new PixelBox(6720, 13888, 448, 112), grid.Core(31, 15));
    }

    [Theory]
    [InlineData(31, 100, "panel width is 31 px")]
    [InlineData(100, 1, "panel length is 1 px")]
    public void Constructor_SideTooShort_NamesSideValueAndLimit(int width, int length, string expected)
    {
        ArgumentOutOfRangeException error = Assert.Throws<ArgumentOutOfRangeException>(() => new TileGrid(width, length));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Contains("allowed are 32 px", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Cores_AnySize_HoldEveryPixelOnce() => Gen.Int[32, 20_000].Sample(length =>
    {
        TileAxis axis = new(length);
        int next = 0;
        for (int tile = 0; tile < axis.Count; tile++)
        {
            Assert.Equal(next, TileAxis.CoreStart(tile));
            Assert.True(axis.CoreEnd(tile) > next);
            Assert.Equal(tile, TileAxis.TileOf(next));
            Assert.Equal(tile, TileAxis.TileOf(axis.CoreEnd(tile) - 1));
            next = axis.CoreEnd(tile);
        }

        Assert.Equal(length, next);
    });

    [Fact]
    public void Origins_AnySize_LieOnTheDctGridWithCoresInsideTheMargin() => Gen.Int[32, 20_000].Sample(length =>
    {
        TileAxis axis = new(length);
        for (int tile = 0; tile < axis.Count; tile++)
        {
            int origin = axis.Origin(tile);
            Assert.Equal(0, origin % TileGrid.OriginStep);
            Assert.True(TileAxis.CoreStart(tile) - origin >= TileGrid.Margin);
            Assert.True(origin + TileGrid.Size - axis.CoreEnd(tile) >= TileGrid.Margin);
        }
    });

    [Fact]
    public void Origins_LastTileOfSeveral_IsReflectedByLessThanTwoSteps() => Gen.Int[449, 20_000].Sample(length =>
    {
        TileAxis axis = new(length);
        int reflected = axis.Origin(axis.Count - 1) + TileGrid.Size - length;

        Assert.InRange(reflected, TileGrid.Margin, TileGrid.Margin + TileGrid.OriginStep - 1);
    });

    [Fact]
    public void Reflect_HandWorked_MirrorsWithoutRepeatingTheEdge()
    {
        TileAxis axis = new(32);

        Assert.Equal(
            [3, 2, 1, 0, 1, 30, 31, 30, 29, 0, 1],
            new[] { -3, -2, -1, 0, 1, 30, 31, 32, 33, 62, 63 }.Select(axis.Reflect));
    }

    [Fact]
    public void CopyTile_CoresPutTogether_GiveTheImageBack() => Sizes.Sample(
        size =>
        {
            GrayImage image = RandomImage(size.Width, size.Length);
            TileGrid grid = new(size.Width, size.Length);
            GrayImage copy = new(size.Width, size.Length);
            byte[] tile = new byte[TileGrid.Size * TileGrid.Size];
            for (int row = 0; row < grid.Rows; row++)
            {
                for (int column = 0; column < grid.Columns; column++)
                {
                    grid.CopyTile(image, row, column, tile);
                    PasteCore(copy, grid, row, column, tile);
                }
            }

            Assert.True(image.Pixels.AsSpan().SequenceEqual(copy.Pixels));
        },
        iter: 40);

    [Fact]
    public void CopyTile_OverTheBorder_ShowsTheReflection()
    {
        GrayImage image = RandomImage(40, 33);
        TileGrid grid = new(40, 33);
        byte[] tile = new byte[TileGrid.Size * TileGrid.Size];

        grid.CopyTile(image, 0, 0, tile);

        Assert.Equal(image[5, 7], tile[((32 - 7) * TileGrid.Size) + 32 - 5]);
        Assert.Equal(image[37, 31], tile[((32 + 33) * TileGrid.Size) + 32 + 41]);
    }

    private static GrayImage RandomImage(int width, int length)
    {
        GrayImage image = new(width, length);
        new Random((width * 31) + length).NextBytes(image.Pixels);
        return image;
    }

    private static void PasteCore(GrayImage copy, TileGrid grid, int row, int column, byte[] tile)
    {
        TileOrigin origin = grid.Origin(row, column);
        PixelBox core = grid.Core(row, column);
        for (int y = core.Y; y < core.Bottom; y++)
        {
            tile.AsSpan(((y - origin.Y) * TileGrid.Size) + core.X - origin.X, core.Width).CopyTo(copy.Row(y)[core.X..]);
        }
    }
}

using Microsoft.Extensions.Time.Testing;
using MpcgLine.Inspection;
using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Stitching;
using MpcgLine.Inspection.Tiling;

namespace MpcgLine.UnitTests.Tiling;

public sealed class TileRowTests
{
    private const int Pixels = TileGrid.Size * TileGrid.Size;

    [Theory]
    [InlineData(40, 33)]
    [InlineData(500, 448)]
    [InlineData(700, 449)]
    [InlineData(1000, 1401)]
    public void CopyTile_StreamedRows_EqualTilesOfTheWholeImage(int width, int length)
    {
        GrayImage image = new(width, length);
        new Random(1).NextBytes(image.Pixels);
        TileGrid grid = new(width, length);
        byte[] streamed = new byte[Pixels];
        byte[] whole = new byte[Pixels];
        List<TileRow> rows = new RowFeed(Pipeline(width)).Rows(image);

        Assert.Equal(grid.Rows, rows.Count);
        foreach (TileRow row in rows)
        {
            for (int column = 0; column < grid.Columns; column++)
            {
                row.CopyTile(column, streamed);
                grid.CopyTile(image, row.Row, column, whole);
                Assert.True(streamed.AsSpan().SequenceEqual(whole));
            }
        }
    }

    [Fact]
    public void IsOutside_AnyArea_WhereNoPixelOfTheCoreIsInspected()
    {
        const int width = 1400, length = 1300;
        List<TileRow> rows = new RowFeed(Pipeline(width)).Rows(new GrayImage(width, length));
        byte[] inspected = new byte[Pixels];
        Random random = new(3);
        EdgeLine Edge(int from, int to) => new(random.Next(from, to), (random.NextDouble() - 0.5) / 5);
        int outside = 0, inside = 0;
        for (int area = 0; area < 25; area++)
        {
            InspectedArea any = new(Edge(0, 700), Edge(400, width), Edge(0, 800), Edge(500, length)) { LeadingRadius = random.Next(400) };
            foreach (TileRow row in rows)
            {
                row.Area = any;
                for (int column = 0; column < row.Columns; column++)
                {
                    row.CopyInspected(column, inspected);
                    TileOrigin origin = row.Grid.Origin(row.Row, column);
                    PixelBox core = row.Grid.Core(row.Row, column);
                    bool isOutside = true;
                    for (int y = core.Y - origin.Y; y < core.Bottom - origin.Y; y++)
                    {
                        isOutside &= !inspected.AsSpan((y * TileGrid.Size) + core.X - origin.X, core.Width).Contains((byte)1);
                    }

                    Assert.Equal(isOutside, row.IsOutside(column));
                    _ = isOutside ? outside++ : inside++;
                }
            }
        }

        Assert.True(outside > 50 && inside > 50, $"{outside} tiles outside, {inside} not");
    }

    [Fact]
    public void CopyInspected_AllTiles_CoverExactlyTheInspectedAreaOfTheCores()
    {
        TileRow row = new RowFeed(Pipeline(700)).FirstRow(new GrayImage(700, 400));
        row.Area = InspectedArea.Whole(700, 400) with { Left = new EdgeLine(10.5, 0.1), Leading = new EdgeLine(20, 0.01) };
        byte[] inspected = new byte[Pixels];
        int total = 0;
        int wrong = 0;
        for (int column = 0; column < row.Columns; column++)
        {
            row.CopyInspected(column, inspected);
            Assert.Equal(!inspected.Contains((byte)0), row.IsWhollyInspected(column));
            TileOrigin origin = row.Grid.Origin(0, column);
            PixelBox core = row.Grid.Core(0, column);
            for (int i = 0; i < Pixels; i++)
            {
                int x = origin.X + (i % TileGrid.Size);
                int y = origin.Y + (i / TileGrid.Size);
                bool isReal = x >= 0 && y >= 0 && x < 700 && y < 400;
                wrong += (isReal && x >= 10.5 + (0.1 * y) && y >= 20 + (0.01 * x)) == (inspected[i] == 1) ? 0 : 1;
                total += inspected[i] == 1 && x >= core.X && x < core.Right ? 1 : 0;
            }
        }

        Assert.Equal(0, wrong);
        Assert.Equal(Enumerable.Range(0, 400).Sum(y => row.Area.Columns(y, 700) is var (from, to) ? to - from : 0), total);
    }

    [Fact]
    public void IsWhollyInspected_RoundCornersAndSlantedEdges_IsWhereCopyInspectedSaysSo()
    {
        // The first and the last row's tiles reach over the panel.
        TileRow row = new RowFeed(Pipeline(2000)).Rows(new GrayImage(2000, 1401))[1];
        byte[] inspected = new byte[Pixels];
        int whole = 0;
        for (int slant = 0; slant < 40; slant++)
        {
            row.Area = InspectedArea.Whole(2000, 1401) with
            {
                Left = new EdgeLine(10 * slant, 0.02 * (slant - 20)),
                Leading = new EdgeLine(400 + slant, 0.002 * (slant - 20)),
                LeadingRadius = 5 * slant,
            };
            for (int column = 0; column < row.Columns; column++)
            {
                row.CopyInspected(column, inspected);
                bool isWhole = !inspected.Contains((byte)0);
                Assert.Equal(isWhole, row.IsWhollyInspected(column));
                whole += isWhole ? 1 : 0;
            }
        }

        Assert.InRange(whole, 1, (40 * row.Columns) - 1);
    }

    [Fact]
    public void Return_MoreThanTaken_Throws()
    {
        TileRowPool pool = new(3, 40);
        Assert.True(pool.TryTake(out TileRow? row));
        pool.Return(row);

        Assert.Throws<InvalidOperationException>(() => pool.Return(row));
        Assert.Equal(3, pool.FreeCount);
    }

    [Fact]
    public void TryTake_AllInUse_ReturnsFalse()
    {
        TileRowPool pool = new(3, 40);
        for (int i = 0; i < 3; i++)
        {
            Assert.True(pool.TryTake(out _));
        }

        Assert.False(pool.TryTake(out TileRow? none));
        Assert.Null(none);
    }

    private static InspectionPipeline Pipeline(int width) =>
        new(new InspectionOptions(), width, new ThresholdTileInspector(1), new FakeTimeProvider(), new InspectionCounters());
}

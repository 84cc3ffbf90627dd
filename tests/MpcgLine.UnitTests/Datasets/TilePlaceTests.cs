using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Tiling;
using MpcgLine.Learning.Datasets;

namespace MpcgLine.UnitTests.Datasets;

public sealed class TilePlaceTests
{
    private const int Size = 64;

    [Theory]
    [InlineData(-20, 7, false, false)]
    [InlineData(-20, 7, true, false)]
    [InlineData(100, -32, true, true)]
    [InlineData(101, 90, false, true)]
    public void Reflect_TileAcrossABorder_ShowsTheImagesPixelsTwice(int left, int top, bool flipX, bool flipY)
    {
        var place = new TilePlace(Size, new TileAxis(140), new TileAxis(130), left, top, flipX, flipY);
        byte[] image = new byte[140 * 130];
        new Random(5).NextBytes(image);
        byte[] expected = Shown(place, image);
        byte[] tile = [.. expected];
        for (int i = 0; i < tile.Length; i++)
        {
            if (!place.IsDirect(i % Size, i / Size))
            {
                tile[i] = 0;
            }
        }

        Assert.NotEqual(expected, tile);
        place.Reflect(tile);

        Assert.Equal(expected, tile);
    }

    [Theory]
    [InlineData(-20, 7, false, false)]
    [InlineData(-20, 7, true, false)]
    [InlineData(76, 66, true, true)]
    [InlineData(101, 90, false, true)]
    public void TileColumnAndRow_WhatTheTileShows_ShowThatPlaceOfTheImage(int left, int top, bool flipX, bool flipY)
    {
        var place = new TilePlace(Size, new TileAxis(140), new TileAxis(130), left, top, flipX, flipY);

        Assert.All(Enumerable.Range(Math.Max(0, left), Math.Min(140, left + Size) - Math.Max(0, left)), column =>
            Assert.Equal(column, place.ImageColumn(place.TileColumn(column))));
        Assert.All(Enumerable.Range(Math.Max(0, top), Math.Min(130, top + Size) - Math.Max(0, top)), row =>
            Assert.Equal(row, place.ImageRow(place.TileRow(row))));
        Assert.InRange(place.TileColumn(-50), 0, Size - 1);
        Assert.InRange(place.TileRow(500), 0, Size - 1);
    }

    [Fact]
    public void Reflect_TileWithinTheImage_ChangesNothing()
    {
        var place = new TilePlace(Size, new TileAxis(140), new TileAxis(130), 76, 66, true, false);
        byte[] tile = new byte[Size * Size];
        new Random(6).NextBytes(tile);
        byte[] before = [.. tile];

        place.Reflect(tile);

        Assert.Equal(before, tile);
    }

    [Fact]
    public void Reflect_ImageSmallerThanTheTile_ShowsItManyTimes()
    {
        var place = new TilePlace(4 * Size, new TileAxis(40), new TileAxis(33), -100, -90, false, true);
        byte[] image = new byte[40 * 33];
        new Random(7).NextBytes(image);
        byte[] expected = Shown(place, image), tile = [.. expected];
        int x = Enumerable.Range(0, place.Size).First(c => place.InsideColumn(c) == c), y = Enumerable.Range(0, place.Size).First(r => place.InsideRow(r) == r);

        tile[(y * place.Size) + x] ^= 255;
        place.Reflect(tile);

        Assert.All(
            Enumerable.Range(0, tile.Length),
            i => Assert.Equal(place.InsideColumn(i % place.Size) == x && place.InsideRow(i / place.Size) == y, tile[i] != expected[i]));
    }

    [Theory]
    [InlineData(76, 66, 0, 0, 64, 64)]
    // Mirrored left to right, the reflection before the first column is the tile's right.
    [InlineData(-20, 7, 0, 0, 44, 64)]
    [InlineData(100, -31, 24, 31, 40, 33)]
    // Row 32 of the image shows in its reflection alone, at the tile's top.
    [InlineData(100, -32, 24, 0, 40, 64)]
    public void Direct_TileAnywhere_BoundsWhatItShowsOnce(int left, int top, int x, int y, int width, int height)
    {
        var place = new TilePlace(Size, new TileAxis(140), new TileAxis(130), left, top, true, false);

        Assert.Equal(new PixelBox(x, y, width, height), place.Direct());
    }

    [Fact]
    public void Direct_ImageSmallerThanTheTile_IsTheWholeImage()
    {
        var place = new TilePlace(4 * Size, new TileAxis(40), new TileAxis(33), -100, -90, false, true);

        Assert.Equal(new PixelBox(100, (4 * Size) - 90 - 33, 40, 33), place.Direct());
    }

    private static byte[] Shown(TilePlace place, byte[] image) =>
        [.. from y in Enumerable.Range(0, place.Size)
            from x in Enumerable.Range(0, place.Size)
            select image[(place.ImageRow(y) * place.Across.Length) + place.ImageColumn(x)]];
}

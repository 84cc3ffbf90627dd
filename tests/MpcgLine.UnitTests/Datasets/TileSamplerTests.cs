using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Tiling;
using MpcgLine.Learning.Datasets;

namespace MpcgLine.UnitTests.Datasets;

public sealed class TileSamplerTests
{
    [Fact]
    public void Draw_SameSeed_GivesTheSameTileAndAnotherSeedAnother()
    {
        var sampler = new TileSampler([Gradient(900, 700)]);

        Assert.Equal(Draw(sampler, 3), Draw(sampler, 3));
        Assert.NotEqual(Draw(sampler, 3), Draw(sampler, 4));
    }

    [Theory]
    [InlineData(32, 32)]
    [InlineData(600, 40)]
    [InlineData(512, 512)]
    public void Draw_ImageOfAnySize_FillsTheTileFromTheImageAlone(int width, int height)
    {
        // Gain and offset move 100 by at most 6 % and 5 levels.
        byte[] pixels = new byte[width * height];
        Array.Fill(pixels, (byte)100);
        var sampler = new TileSampler([new NamedImage("flat", new GrayImage(width, height, pixels))]);

        for (int seed = 0; seed < 10; seed++)
        {
            byte[] tile = Draw(sampler, seed);

            Assert.All(tile.Distinct(), level => Assert.InRange(level, 89, 111));
        }
    }

    [Fact]
    public void Draw_SaturatedImage_StaysSaturated()
    {
        byte[] white = new byte[64 * 64];
        Array.Fill(white, (byte)255);

        Assert.All(
            Enumerable.Range(0, 5).Select(seed => Draw(new TileSampler([new NamedImage("white", new GrayImage(64, 64, white))]), seed)),
            tile => Assert.DoesNotContain(tile, p => p != 255));
    }

    [Fact]
    public void Draw_ImagesOfUnequalArea_TakesTheLargerMoreOften()
    {
        // Alike but for one pixel in 64 x 64 that tells them apart.
        NamedImage Flat(int height, byte mark)
        {
            byte[] pixels = new byte[320 * height];
            for (int i = 0; i < pixels.Length; i++)
            {
                pixels[i] = i % 64 == 0 && i / 320 % 64 == 0 ? mark : (byte)100;
            }

            return new NamedImage($"{height}", new GrayImage(320, height, pixels));
        }

        var sampler = new TileSampler([Flat(320, 0), Flat(960, 200)]);
        int small = 0, large = 0;
        for (int seed = 0; seed < 200; seed++)
        {
            ReadOnlySpan<byte> tile = Draw(sampler, seed);
            small += tile.ContainsAnyInRange((byte)0, (byte)20) ? 1 : 0;
            large += tile.ContainsAnyInRange((byte)170, (byte)255) ? 1 : 0;
        }

        // 50 and 150 expected, deviation 6.
        Assert.Equal(200, small + large);
        Assert.InRange(small, 25, 75);
    }

    [Theory]
    [InlineData(false, 16)]
    [InlineData(true, 64)]
    public void Draw_SmallImage_LiesInTheTileAsTheInspectionsDoesOrMovedALittle(bool flips, int most)
    {
        var sampler = new TileSampler([Gradient(200, 256)], flips);
        HashSet<int> firsts = [];
        for (int seed = 0; seed < 100; seed++)
        {
            TilePlace place = sampler.Draw(new Random(seed), Tile, Rarity);

            Assert.Equal(TileRowFindings.TileSize, place.Size);
            Assert.InRange(place.Left, -TileGrid.Margin - most, Math.Min(0, -TileGrid.Margin + most));
            Assert.InRange(place.Top, -TileGrid.Margin - most, Math.Min(0, -TileGrid.Margin + most));
            Assert.Equal((200, 256), (place.Direct().Width, place.Direct().Height));
            firsts.Add(place.Left);
        }

        Assert.True(firsts.Count > most / 2, $"{firsts.Count} places");
    }

    [Theory]
    [InlineData(false, true, 43, 400)]
    [InlineData(true, true, 43, 400)]
    [InlineData(false, false, 5, 42)]
    [InlineData(true, false, 5, 42)]
    public void Draw_PlaceOfARareKind_IsDrawnMoreOftenWhereAskedForAndWeighedOnPartsWithALayout(bool flips, bool byRarity, int fewest, int most)
    {
        // 4 x 4 tiles; the rare place lies in one of them, near its middle.
        const int side = 4 * 448;
        byte[] pixels = new byte[side * side];
        Array.Fill(pixels, (byte)100);
        for (int y = 608; y < 736; y++)
        {
            pixels.AsSpan((y * side) + 608, 128).Fill(220);
        }

        var sampler = new TileSampler([new NamedImage("panel", new GrayImage(side, side, pixels))], flips, byRarity);
        int seen = Enumerable.Range(0, 400).Count(seed => Draw(sampler, seed).AsSpan().ContainsAnyInRange((byte)190, (byte)255));

        // By area alone 25 expected, deviation 4.8.
        Assert.InRange(seen, fewest, most);
        float[] rarity = Rarity;
        sampler.Draw(new Random(1), Tile, rarity);
        Assert.Equal(byRarity && !flips, rarity.AsSpan().ContainsAnyExcept(1));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Draw_TileForARarePlace_SaysWhereItShowsIt(bool flips)
    {
        // Near a corner of its tile, so that a mirrored place is another one.
        const int side = 4 * 448;
        byte[] pixels = new byte[side * side];
        Array.Fill(pixels, (byte)100);
        for (int y = 500; y < 564; y++)
        {
            pixels.AsSpan((y * side) + 520, 64).Fill(220);
        }

        var sampler = new TileSampler([new NamedImage("panel", new GrayImage(side, side, pixels))], flips);
        int drawn = 0, shown = 0;
        for (int seed = 0; seed < 400; seed++)
        {
            byte[] tile = Tile;
            TilePlace place = sampler.Draw(new Random(seed), tile, Rarity);
            shown += tile[(place.ShownY * TileRowFindings.TileSize) + place.ShownX] > 190 ? 1 : 0;
            drawn += tile.AsSpan().ContainsAnyInRange((byte)190, (byte)255) ? 1 : 0;
        }

        // By area alone 25 tiles show it, and one in 800 is drawn for it; its border is rarer still, and half of that lies beside it.
        Assert.True(shown > (drawn - 25) / 4, $"{drawn} tiles, {shown} of them where they say");
    }

    [Fact]
    public void Draw_RareSurface_IsWeighedAsItIsWhateverGainAndOffset()
    {
        // Levels at the border between two kinds: most gains and offsets would move the common one to another kind.
        byte[] pixels = new byte[512 * 512];
        Array.Fill(pixels, (byte)112);
        pixels.AsSpan(0, 512 * 64).Fill(200);
        var sampler = new TileSampler([new NamedImage("part", new GrayImage(512, 512, pixels))]);
        float[] rarity = new float[SurfaceCensus.CellsOf(TileRowFindings.TileSize)];
        for (int seed = 0; seed < 20; seed++)
        {
            byte[] tile = new byte[TileRowFindings.TileSize * TileRowFindings.TileSize];
            sampler.Draw(new Random(seed), tile, rarity);

            // Of 32 rows of cells, 27 are dark among dark ones; where the two meet lie other kinds.
            float common = MathF.Pow(32 / 27f, 1.5f);
            Assert.Equal(common, rarity.Min(), 1e-4f);
            bool IsDark(int row) => tile[row * 512] < 150;
            Assert.All(Enumerable.Range(0, rarity.Length).Where(i => Enumerable.Range(Math.Clamp((i / 32) - 1, 0, 29) * 16, 48).All(IsDark)), i =>
                Assert.Equal(common, rarity[i], 1e-4f));
        }
    }

    [Fact]
    public void Constructor_NoImages_IsRefused() => Assert.Throws<ArgumentOutOfRangeException>(() => new TileSampler([]));

    private static byte[] Tile => new byte[TileRowFindings.TileSize * TileRowFindings.TileSize];

    private static float[] Rarity => new float[SurfaceCensus.CellsOf(TileRowFindings.TileSize)];

    private static byte[] Draw(TileSampler sampler, int seed)
    {
        byte[] tile = Tile;
        sampler.Draw(new Random(seed), tile, Rarity);
        return tile;
    }

    private static NamedImage Gradient(int width, int height)
    {
        byte[] pixels = new byte[width * height];
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (byte)(50 + (i % width / 8) + (i / width / 16));
        }

        return new NamedImage("gradient", new GrayImage(width, height, pixels));
    }
}

using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Tiling;
using MpcgLine.Learning.Datasets;

namespace MpcgLine.UnitTests.Datasets;

public sealed class TileSamplerTests
{
    private const int Pixels = TileRowFindings.TileSize * TileRowFindings.TileSize;

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
        // Alike but for one pixel that tells them apart.
        NamedImage Flat(int height, byte mark)
        {
            byte[] pixels = new byte[300 * height];
            Array.Fill(pixels, (byte)100);
            pixels[0] = mark;
            return new NamedImage($"{height}", new GrayImage(300, height, pixels));
        }

        // The first pixel lies at 32 of the only tile, moved by up to 64: the mark is in sight in about half of the draws.
        var sampler = new TileSampler([Flat(100, 0), Flat(300, 200)]);
        var random = new Random(1);
        byte[] tile = new byte[Pixels];
        int small = 0, large = 0;
        for (int i = 0; i < 400; i++)
        {
            sampler.Draw(random, tile, new float[SurfaceCensus.CellsPerTile]);
            small += tile.AsSpan().IndexOfAnyInRange((byte)0, (byte)20) >= 0 ? 1 : 0;
            large += tile.AsSpan().IndexOfAnyInRange((byte)170, (byte)255) >= 0 ? 1 : 0;
        }

        Assert.True(small > 20 && 2 * large > 3 * small, $"the small image {small} times, the large one {large}");
    }

    [Fact]
    public void Draw_PlaceOfARareKind_IsDrawnMoreOftenThanItsArea()
    {
        // 4 x 4 tiles; the rare place lies in one of them, near its middle.
        const int side = 4 * 448;
        byte[] pixels = new byte[side * side];
        Array.Fill(pixels, (byte)100);
        for (int y = 608; y < 736; y++)
        {
            pixels.AsSpan((y * side) + 608, 128).Fill(220);
        }

        var sampler = new TileSampler([new NamedImage("panel", new GrayImage(side, side, pixels))]);
        int seen = Enumerable.Range(0, 400).Count(seed => Draw(sampler, seed).AsSpan().ContainsAnyInRange((byte)190, (byte)255));

        // By area alone 25 expected, deviation 4.8.
        Assert.True(seen > 42, $"drawn {seen} times of 400");
    }

    [Fact]
    public void Draw_RareSurface_IsWeighedAsItIsWhateverGainAndOffset()
    {
        // Levels at the border between two kinds: most gains and offsets would move the common one to another kind.
        byte[] pixels = new byte[512 * 512];
        Array.Fill(pixels, (byte)112);
        pixels.AsSpan(0, 512 * 64).Fill(200);
        var sampler = new TileSampler([new NamedImage("part", new GrayImage(512, 512, pixels))]);
        float[] rarity = new float[SurfaceCensus.CellsPerTile];
        for (int seed = 0; seed < 20; seed++)
        {
            byte[] tile = new byte[Pixels];
            sampler.Draw(new Random(seed), tile, rarity);

            Assert.Equal(8 / 7f, rarity.Min(), 1e-4f);
            Assert.All(Enumerable.Range(0, rarity.Length).Where(i => tile[(i / 32 * 16 * 512) + (i % 32 * 16)] < 150 && tile[((i / 32 * 16) + 15) * 512] < 150), i =>
                Assert.Equal(8 / 7f, rarity[i], 1e-4f));
        }
    }

    [Fact]
    public void Constructor_NoImages_IsRefused() => Assert.Throws<ArgumentOutOfRangeException>(() => new TileSampler([]));

    private static byte[] Draw(TileSampler sampler, int seed)
    {
        byte[] tile = new byte[Pixels];
        sampler.Draw(new Random(seed), tile, new float[SurfaceCensus.CellsPerTile]);
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

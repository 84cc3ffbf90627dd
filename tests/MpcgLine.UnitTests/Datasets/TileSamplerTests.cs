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
    public void Draw_ImagesOfUnequalArea_TakesEachAsOftenAsItsAreaSays()
    {
        byte[] bright = new byte[300 * 300];
        Array.Fill(bright, (byte)200);
        var sampler = new TileSampler(
            [new NamedImage("dark", new GrayImage(100, 300, new byte[100 * 300])), new NamedImage("bright", new GrayImage(300, 300, bright))]);

        var random = new Random(1);
        byte[] tile = new byte[Pixels];
        int fromBright = 0;
        for (int i = 0; i < 200; i++)
        {
            sampler.Draw(random, tile);
            fromBright += tile[0] > 100 ? 1 : 0;
        }

        // 150 expected, deviation 6.1.
        Assert.InRange(fromBright, 125, 175);
    }

    [Fact]
    public void Constructor_NoImages_IsRefused() => Assert.Throws<ArgumentOutOfRangeException>(() => new TileSampler([]));

    private static byte[] Draw(TileSampler sampler, int seed)
    {
        byte[] tile = new byte[Pixels];
        sampler.Draw(new Random(seed), tile);
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

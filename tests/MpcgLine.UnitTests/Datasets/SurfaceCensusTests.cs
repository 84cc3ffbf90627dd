using MpcgLine.Inspection.Primitives;
using MpcgLine.Learning.Datasets;

namespace MpcgLine.UnitTests.Datasets;

public sealed class SurfaceCensusTests
{
    [Fact]
    public void Weight_TwoKinds_IsOneOverTheirFrequency()
    {
        GrayImage image = Image(rareCells: 16, commonCells: 240);
        var census = new SurfaceCensus([new NamedImage("panel", image)]);

        float[] weights = census.Weights(image.Pixels, image.Width);
        (float rare, float common) = (weights[0], weights[255]);

        // Where the two meet lies one cell of either, in other surroundings.
        Assert.Equal(256 / 15.0, rare, 1e-4);
        Assert.Equal(256 / 239.0, common, 1e-4);
    }

    [Theory]
    [InlineData(10_000, 5000)]
    [InlineData(100_000, 10_000)]
    [InlineData(1_000_000, 50_000)]
    public void Weight_KindSeenOnce_CountsAsTenCellsWithinLimits(int cells, double weight)
    {
        GrayImage image = Image(rareCells: 1, commonCells: cells - 1);
        var census = new SurfaceCensus([new NamedImage("panel", image)]);

        Assert.Equal(weight, census.Weights(image.Pixels, image.Width)[0], 0.1);
    }

    [Fact]
    public void Weight_Emphasis_IsItsPower()
    {
        GrayImage image = Image(rareCells: 16, commonCells: 240);
        var census = new SurfaceCensus([new NamedImage("panel", image)], emphasis: 1.5);

        Assert.Equal(Math.Pow(256 / 15.0, 1.5), census.Weights(image.Pixels, image.Width)[0], 1e-3);
    }

    [Fact]
    public void Weight_SameCellOtherSurroundings_IsAnotherKind()
    {
        GrayImage image = Image(rareCells: 100, commonCells: 100);
        var census = new SurfaceCensus([new NamedImage("panel", image)]);

        float[] weights = census.Weights(image.Pixels, image.Width);
        (float inside, float meeting) = (weights[50], weights[99]);

        Assert.True(meeting > 50 * inside);
    }

    [Fact]
    public void Weight_SameLevelOtherTexture_IsAnotherKind()
    {
        GrayImage calm = Image(rareCells: 0, commonCells: 4);
        byte[] coarse = [.. Enumerable.Range(0, 16 * 16).Select(i => (byte)(i % 2 == 0 ? 60 : 140))];
        var census = new SurfaceCensus([new NamedImage("calm", calm), new NamedImage("coarse", new GrayImage(16, 16, coarse))]);

        Assert.True(census.Weights(coarse, 16)[0] > 2 * census.Weights(calm.Pixels, 16)[0]);
    }

    /// <summary>A column of cells, the rare ones bright and first.</summary>
    private static GrayImage Image(int rareCells, int commonCells)
    {
        byte[] pixels = new byte[16 * 16 * (rareCells + commonCells)];
        Array.Fill(pixels, (byte)100);
        pixels.AsSpan(0, 16 * 16 * rareCells).Fill(200);
        return new GrayImage(16, 16 * (rareCells + commonCells), pixels);
    }
}

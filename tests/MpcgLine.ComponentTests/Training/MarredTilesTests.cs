using System.Runtime.InteropServices;
using MpcgLine.Inspection.Primitives;
using MpcgLine.Learning.Datasets;
using MpcgLine.Learning.Training;

namespace MpcgLine.ComponentTests.Training;

[Collection(TensorTests.Name)]
public sealed class MarredTilesTests
{
    [Fact]
    public void Draw_SurfaceWithAWindow_IsRareThereAndOneOnAverage()
    {
        const int size = 512;
        byte[] pixels = new byte[size * size];
        Array.Fill(pixels, (byte)120);
        for (int y = 256; y < 288; y++)
        {
            pixels.AsSpan((y * size) + 256, 32).Fill(20);
        }

        var sampler = new TileSampler([new NamedImage("window", new GrayImage(size, size, pixels))]);
        using var marred = new MarredTiles(sampler, new TrainingOptions { Batch = 1, RunFolder = "none" });

        marred.Draw(new Random(1));

        float[] rarity = MemoryMarshal.Cast<byte, float>(marred.Rarity.bytes).ToArray();
        byte[] clean = marred.Clean.bytes.ToArray();
        Assert.Equal([1L, 1, 32, 32], marred.Rarity.shape);
        Assert.Equal(1, rarity.Average(), 1e-4);
        Assert.True(rarity.Max() > 4, $"the rarest cell weighs {rarity.Max()}");
        int rarest = Array.IndexOf(rarity, rarity.Max());
        Assert.Contains(Enumerable.Range(0, 9), n => Level(clean, rarest % 32, rarest / 32, (n % 3) - 1, (n / 3) - 1) < 60);
        Assert.True(rarity.Order().ElementAt(rarity.Length / 2) < 1);
    }

    /// <summary>The middle pixel of a cell's neighbour.</summary>
    private static byte Level(byte[] tile, int column, int row, int right, int down)
    {
        int x = Math.Clamp(column + right, 0, 31), y = Math.Clamp(row + down, 0, 31);
        return tile[(((y * 16) + 8) * 512) + (x * 16) + 8];
    }
}

using System.Runtime.InteropServices;
using MpcgLine.Inspection.Primitives;
using MpcgLine.Learning.Datasets;
using MpcgLine.Learning.Training;
using TorchSharp;
using static TorchSharp.torch;

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
        using var marred = new MarredTiles(sampler, new TrainingOptions { RunFolder = "none" }, batch: 1);

        marred.Draw(new Random(1));

        float[] rarity = MemoryMarshal.Cast<byte, float>(marred.Rarity.bytes).ToArray();
        byte[] clean = marred.Clean.bytes.ToArray();
        Assert.Equal([1L, 1, 32, 32], marred.Rarity.shape);
        Assert.Equal(1, rarity.Average(), 1e-4);
        Assert.True(rarity.Max() > 4, $"the rarest cell weighs {rarity.Max()}");
        int rarest = Array.IndexOf(rarity, rarity.Max());
        Assert.True(Darkest(clean, rarest % 32, rarest / 32) < 60, $"the rarest cell is {rarest}");
        Assert.True(rarity.Order().ElementAt(rarity.Length / 2) < 1);
    }

    [Fact]
    public void Draw_SmallImages_RendersDefectsOnThemAndReflectsThem()
    {
        byte[] pixels = new byte[256 * 700];
        new Random(3).NextBytes(pixels);
        var sampler = new TileSampler([new NamedImage("strip", new GrayImage(700, 256, pixels))]);
        using var marred = new MarredTiles(sampler, new TrainingOptions { RunFolder = "none" }, batch: 2);

        int reflected = 0;
        for (int seed = 0; seed < 20; seed++)
        {
            marred.Draw(new Random(seed));
            byte[] clean = marred.Clean.bytes.ToArray(), after = marred.Marred.bytes.ToArray(), mask = marred.Masks.bytes.ToArray();
            for (int tile = 0; tile < clean.Length; tile += 512 * 512)
            {
                // Rows above a reflection's axis equal those below it, before the defects and after them.
                ReadOnlySpan<byte> Row(byte[] of, int y) => of.AsSpan(tile + (y * 512), 512);
                int axis = Enumerable.Range(1, 48).FirstOrDefault(y => Row(clean, y - 1).SequenceEqual(Row(clean, y + 1)));
                for (int y = 1; y <= axis; y++)
                {
                    Assert.True(Row(after, axis - y).SequenceEqual(Row(after, axis + y)));
                    Assert.True(Row(mask, axis - y).SequenceEqual(Row(mask, axis + y)));
                    reflected += Row(mask, axis - y).ContainsAnyExcept((byte)0) ? 1 : 0;
                }
            }
        }

        Assert.True(reflected > 50, $"{reflected} reflected rows show a defect");
    }

    [Fact]
    public void Draw_SameGenerator_IsTheSameOnAnyThreads()
    {
        byte[] pixels = new byte[900 * 900];
        new Random(4).NextBytes(pixels);
        var sampler = new TileSampler([new NamedImage("texture", new GrayImage(900, 900, pixels))], flips: true);
        using var marred = new MarredTiles(sampler, new TrainingOptions { RunFolder = "none" }, batch: 4);
        byte[] Drawn()
        {
            marred.Draw(new Random(8));
            return [.. marred.Clean.bytes, .. marred.Marred.bytes, .. marred.Masks.bytes, .. marred.Rarity.bytes];
        }

        byte[] first = Drawn();

        Assert.All(Enumerable.Range(0, 5), _ => Assert.Equal(first, Drawn()));
    }

    [Theory]
    [InlineData(8, 8)]
    [InlineData(9, 8)]
    public void Draw_AfterAnotherWasDrawnAhead_IsWhatItsOwnGeneratorGives(int ahead, int wanted)
    {
        byte[] pixels = new byte[200 * 300];
        new Random(4).NextBytes(pixels);
        var sampler = new TileSampler([new NamedImage("small", new GrayImage(300, 200, pixels))]);
        TrainingOptions options = new() { RunFolder = "none" };
        // Copies in the processor's own memory stand for those on a GPU.
        using MarredTiles drawn = new(sampler, options, batch: 2), copied = new(sampler, options, batch: 2, CPU);
        for (int round = 0; round < 5; round++)
        {
            drawn.Draw(new Random(wanted + round));

            copied.Draw(new Random(100 + round), next: new Random(ahead + round));
            copied.Draw(new Random(wanted + round), next: new Random(200 + round));

            Assert.Equal(drawn.Places, copied.Places);
            Assert.All(
                [(drawn.Clean, copied.Clean), (drawn.Marred, copied.Marred), (drawn.Masks, copied.Masks), (drawn.Rarity, copied.Rarity)],
                pair => Assert.Equal(pair.Item1.bytes.ToArray(), pair.Item2.bytes.ToArray()));
        }
    }

    /// <summary>Darkest pixel of a cell and its neighbours.</summary>
    private static byte Darkest(byte[] tile, int column, int row)
    {
        int left = Math.Max(0, (column - 1) * 16), right = Math.Min(512, (column + 2) * 16);
        int top = Math.Max(0, (row - 1) * 16), bottom = Math.Min(512, (row + 2) * 16);
        return Enumerable.Range(top, bottom - top).Min(y => Enumerable.Range(left, right - left).Min(x => tile[(y * 512) + x]));
    }
}

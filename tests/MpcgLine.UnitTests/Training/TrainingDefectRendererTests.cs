using MpcgLine.Inspection.Tiling;
using MpcgLine.Learning.Training;

namespace MpcgLine.UnitTests.Training;

public sealed class TrainingDefectRendererTests
{
    private const int Size = TileRowFindings.TileSize, Pixels = Size * Size;

    [Fact]
    public void Render_ManyTiles_MarksOnlyPixelsThatChanged()
    {
        var renderer = new TrainingDefectRenderer();
        for (int seed = 0; seed < 20; seed++)
        {
            byte[] clean = Texture(seed);
            (byte[] tile, byte[] mask) = Render(renderer, seed, clean);

            // Overlapping defects may cancel out on a pixel; that is rare.
            int marked = mask.Count(m => m == 1), unchanged = mask.Where((m, i) => m == 1 && tile[i] == clean[i]).Count();
            Assert.True(unchanged <= 0.02 * marked, $"seed {seed}: {unchanged} of {marked} marked pixels are as before");
            Assert.All(mask.Distinct(), m => Assert.InRange(m, 0, 1));
        }
    }

    [Fact]
    public void Render_ManyTiles_MarksWhatChangedALot()
    {
        var renderer = new TrainingDefectRenderer();
        for (int seed = 0; seed < 20; seed++)
        {
            byte[] clean = Texture(seed);
            (byte[] tile, byte[] mask) = Render(renderer, seed, clean);

            // A rim may change without being marked: less than half covered, so at most half of the contrast of 110.
            int[] strong = [.. Enumerable.Range(0, Pixels).Where(i => Math.Abs(tile[i] - clean[i]) > 60)];
            int missed = strong.Count(i => mask[i] == 0);
            Assert.True(missed <= 0.05 * strong.Length, $"seed {seed}: {missed} of {strong.Length} strongly changed pixels are not marked");
        }
    }

    [Fact]
    public void Render_SameSeed_GivesTheSameDefectsWhateverWasRenderedBefore()
    {
        var used = new TrainingDefectRenderer();
        Render(used, 1, Texture(1));

        (byte[] tile, byte[] mask) = Render(used, 5, Texture(2));
        (byte[] again, byte[] maskAgain) = Render(new TrainingDefectRenderer(), 5, Texture(2));

        Assert.Equal(tile, again);
        Assert.Equal(mask, maskAgain);
    }

    [Fact]
    public void Render_ManyTiles_LeavesSomeCleanAndMarksNothingThere()
    {
        var renderer = new TrainingDefectRenderer();
        byte[] clean = Texture(1);
        int untouched = 0;
        for (int seed = 0; seed < 100; seed++)
        {
            (byte[] tile, byte[] mask) = Render(renderer, seed, clean);
            if (tile.AsSpan().SequenceEqual(clean))
            {
                untouched++;
                Assert.DoesNotContain((byte)1, mask);
            }
        }

        // 15 expected, deviation 3.6.
        Assert.InRange(untouched, 3, 30);
    }

    private static (byte[] Tile, byte[] Mask) Render(TrainingDefectRenderer renderer, int seed, byte[] clean)
    {
        byte[] tile = [.. clean], mask = new byte[Pixels];
        Array.Fill(mask, (byte)9);
        renderer.Render(new Random(seed), tile, mask);
        return (tile, mask);
    }

    private static byte[] Texture(int seed)
    {
        var random = new Random(seed);
        byte[] tile = new byte[Pixels];
        for (int i = 0; i < Pixels; i++)
        {
            tile[i] = (byte)(128 + random.Next(-8, 9));
        }

        return tile;
    }
}

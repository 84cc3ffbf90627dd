using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Tiling;
using MpcgLine.Learning.Datasets;
using MpcgLine.Learning.Training.Defects;

namespace MpcgLine.UnitTests.Training.Defects;

public sealed class TrainingDefectRendererTests
{
    private const int Size = TileRowFindings.TileSize, Pixels = Size * Size;

    [Fact]
    public void Render_ManyTiles_MarksOnlyPixelsThatChanged()
    {
        TrainingDefectRenderer renderer = new(Size);
        for (int seed = 0; seed < 20; seed++)
        {
            byte[] clean = Texture(seed);
            (byte[] tile, byte[] mask) = Render(renderer, seed, clean);

            // Overlapping defects may cancel out on a pixel; that is rare.
            int marked = mask.Count(m => m > 0), unchanged = mask.Where((m, i) => m > 0 && tile[i] == clean[i]).Count();
            Assert.True(unchanged <= 0.02 * marked, $"seed {seed}: {unchanged} of {marked} marked pixels are as before");
        }
    }

    [Fact]
    public void Render_ManyTiles_MarksWhatChangedALot()
    {
        TrainingDefectRenderer renderer = new(Size);
        for (int seed = 0; seed < 20; seed++)
        {
            byte[] clean = Texture(seed);
            (byte[] tile, byte[] mask) = Render(renderer, seed, clean);

            // A rim may change without being marked: less than half covered, so at most half of the contrast of 120.
            int[] strong = [.. Enumerable.Range(0, Pixels).Where(i => Math.Abs(tile[i] - clean[i]) > 60)];
            int missed = strong.Count(i => mask[i] == 0);
            Assert.True(missed <= 0.05 * strong.Length, $"seed {seed}: {missed} of {strong.Length} strongly changed pixels are not marked");
        }
    }

    [Fact]
    public void Render_ManyTiles_WeighsDefectsByTheRootOfTheirArea()
    {
        TrainingDefectRenderer renderer = new(Size);
        int small = 0, large = 0;
        for (int seed = 0; seed < 60; seed++)
        {
            (_, byte[] mask) = Render(renderer, seed, Texture(seed), Alike);

            // Defects of one weight have about one area: then each of its pixels has a quarter of 255 over the root of area / 12.
            foreach (IGrouping<byte, byte> weight in mask.Where(m => m > 0).GroupBy(m => m))
            {
                double area = 12 * Math.Pow(255 / 4.0 / weight.Key, 2);
                small += area < 60 ? 1 : 0;
                large += area > 1000 ? 1 : 0;

                // Where defects overlap the larger weight stands, and some pixels of the other one are missing.
                Assert.InRange(weight.Count(), 1, 12 * 1.2 * Math.Max(12, area));
            }
        }

        Assert.True(small > 10 && large > 10, $"{small} small and {large} large defects");
    }

    [Fact]
    public void Render_TileWithARareKindOfSurface_PutsManyDefectsThere()
    {
        byte[] clean = Texture(1);
        for (int y = 96; y < 160; y++)
        {
            clean.AsSpan((y * Size) + 96, 64).Fill(30);
        }

        var renderer = new TrainingDefectRenderer(Size);
        int there = 0, all = 0;
        for (int seed = 0; seed < 200; seed++)
        {
            (_, byte[] mask) = Render(renderer, seed, clean);
            all += mask.Count(m => m > 0);
            for (int y = 96; y < 160; y++)
            {
                there += Size - mask.AsSpan((y * Size) + 96, 64).Count((byte)0) - (Size - 64);
            }
        }

        // The patch is a sixty-fourth of the tile, but a fourth of the defects begin there.
        Assert.True(there > 3 * all / 64.0, $"{there} of {all} marked pixels on the rare surface");
    }

    [Fact]
    public void Render_TileWithARareKindOfSurface_WeighsDefectsThereUpToFourTimes()
    {
        byte[] clean = Texture(1);
        float[] rarity = [.. Alike];
        rarity[0] = 1000;
        var renderer = new TrainingDefectRenderer(Size);

        int alike = Enumerable.Range(0, 100).Max(seed => Render(renderer, seed, clean, Alike).Mask.Max());
        int rare = Enumerable.Range(0, 100).Max(seed => Render(renderer, seed, clean, rarity).Mask.Max());

        Assert.Equal((64, 255), (alike, rare));
    }

    [Fact]
    public void Render_TileFullOfRims_DrawsFaintDefectsTooByTheTextureBetween()
    {
        // Rims 6 px wide, every 24 px, 90 levels above a texture of deviation 5.
        byte[] clean = Texture(1);
        for (int i = 0; i < Pixels; i++)
        {
            double radius = Math.Sqrt(Math.Pow((i % Size) - 256, 2) + Math.Pow((i / Size) - 256, 2));
            clean[i] += (byte)(radius % 24 < 6 ? 90 : 0);
        }

        var renderer = new TrainingDefectRenderer(Size);
        int faint = 0, all = 0;
        for (int seed = 0; seed < 60; seed++)
        {
            (byte[] tile, byte[] mask) = Render(renderer, seed, clean, Alike);
            int[] marked = [.. Enumerable.Range(0, Pixels).Where(i => mask[i] > 0)];
            all += marked.Length;
            faint += marked.Count(i => Math.Abs(tile[i] - clean[i]) < 15);
        }

        Assert.True(faint > 0.1 * all, $"{faint} of {all} marked pixels changed by less than 15 levels");
    }

    [Fact]
    public void Render_SameSeed_GivesTheSameDefectsWhateverWasRenderedBefore()
    {
        TrainingDefectRenderer used = new(Size);
        Render(used, 1, Texture(1));

        (byte[] tile, byte[] mask) = Render(used, 5, Texture(2));
        (byte[] again, byte[] maskAgain) = Render(new TrainingDefectRenderer(Size), 5, Texture(2));

        Assert.Equal(tile, again);
        Assert.Equal(mask, maskAgain);
    }

    [Fact]
    public void Render_ManyTiles_LeavesSomeCleanAndMarksNothingThere()
    {
        TrainingDefectRenderer renderer = new(Size);
        byte[] clean = Texture(1);
        int untouched = 0;
        for (int seed = 0; seed < 100; seed++)
        {
            (byte[] tile, byte[] mask) = Render(renderer, seed, clean);
            if (tile.AsSpan().SequenceEqual(clean))
            {
                untouched++;
                Assert.DoesNotContain(mask, m => m > 0);
            }
        }

        // 15 expected, deviation 3.6.
        Assert.InRange(untouched, 3, 30);
    }

    [Fact]
    public void Render_SmallTiles_PutsAboutAsManyDefectsOnTheSameArea()
    {
        double Share(int size)
        {
            byte[] clean = [.. Texture(3).Take(size * size)];
            var renderer = new TrainingDefectRenderer(size);
            return Enumerable.Range(0, 150).Average(seed => Render(renderer, seed, clean).Mask.Count(m => m > 0) / (double)(size * size));
        }

        double large = Share(Size), small = Share(Size / 2);

        Assert.InRange(small, large / 2, 2 * large);
    }

    [Fact]
    public void Render_WidthsAskedFor_AreThoseRendered()
    {
        double MeanWeight(double narrowest, double widest)
        {
            var renderer = new TrainingDefectRenderer(Size, narrowest, widest);
            return Enumerable.Range(0, 30).SelectMany(seed => Render(renderer, seed, Texture(seed), Alike).Mask).Where(m => m > 0).Average(m => m);
        }

        // The weight falls with the root of a defect's area.
        Assert.True(MeanWeight(2, 4) > 1.5 * MeanWeight(30, 40));
    }

    [Fact]
    public void Render_SurfaceOfTwoLevels_MarksWhatChangedEitherWay()
    {
        // Stripes 48 px wide: what replaces both by one level darkens one and brightens the other.
        byte[] clean = [.. Enumerable.Range(0, Pixels).Select(i => (byte)(i % Size / 48 % 2 == 0 ? 60 : 180))];
        var renderer = new TrainingDefectRenderer(Size, 18, 24);
        int darkened = 0, brightened = 0;
        for (int seed = 0; seed < 20; seed++)
        {
            (byte[] tile, byte[] mask) = Render(renderer, seed, clean, Alike);
            bool[] isNear = Grown(mask, 10);
            for (int i = 0; i < Pixels; i++)
            {
                int change = tile[i] - clean[i];
                Assert.True(Math.Abs(change) < 12 || isNear[i], $"pixel {i} of tile {seed} changed by {change}, unmarked");
                darkened += mask[i] > 0 && change < -12 ? 1 : 0;
                brightened += mask[i] > 0 && change > 12 ? 1 : 0;
            }
        }

        Assert.True(darkened > 1000 && brightened > 1000, $"{darkened} darkened, {brightened} brightened");
    }

    [Fact]
    public void Render_TextureOfOneLevel_MarksNoTextureThatIsMerelyLost()
    {
        // Of this size a tile bears one defect, or none. What replaces the texture changes it either way, by its own deviation.
        const int size = 128;
        byte[] clean = [.. Texture(5).Take(size * size)];
        var renderer = new TrainingDefectRenderer(size, 8, 16);
        int defects = 0;
        for (int seed = 0; seed < 200; seed++)
        {
            (byte[] tile, byte[] mask) = Render(renderer, seed, clean);
            int[] signs = [.. Enumerable.Range(0, clean.Length).Where(i => mask[i] > 0).Select(i => Math.Sign(tile[i] - clean[i])).Distinct()];

            Assert.True(signs.Length <= 1, $"tile {seed} is marked where it became darker and where it became brighter");
            defects += signs.Length;
        }

        Assert.InRange(defects, 100, 200);
    }

    /// <summary>Whether a marked pixel lies within so many px along rows and columns.</summary>
    private static bool[] Grown(byte[] mask, int reach)
    {
        bool[] alongRows = new bool[Pixels], grown = new bool[Pixels];
        for (int i = 0; i < Pixels; i++)
        {
            for (int d = -reach; d <= reach && mask[i] > 0; d++)
            {
                alongRows[i - (i % Size) + Math.Clamp((i % Size) + d, 0, Size - 1)] = true;
            }
        }

        for (int i = 0; i < Pixels; i++)
        {
            for (int d = -reach; d <= reach && alongRows[i]; d++)
            {
                grown[(Math.Clamp((i / Size) + d, 0, Size - 1) * Size) + (i % Size)] = true;
            }
        }

        return grown;
    }

    [Fact]
    public void Render_ImageSmallerThanTheTile_MarsASimilarShareAsOfALargeOne()
    {
        Assert.InRange(MarredShare(side: 150), 0.2 * MarredShare(side: 2000), 3 * MarredShare(side: 2000));

        static double MarredShare(int side)
        {
            const int tileSize = 512;
            var renderer = new TrainingDefectRenderer(tileSize);
            float[] alike = [.. Enumerable.Repeat(1f, SurfaceCensus.CellsOf(tileSize))];
            byte[] tile = new byte[tileSize * tileSize], mask = new byte[tile.Length];
            int sound = 0;
            for (int seed = 0; seed < 60; seed++)
            {
                Array.Fill(tile, (byte)120);
                renderer.Render(new Random(seed), tile, mask, alike, new TilePlace(tileSize, new TileAxis(side), new TileAxis(side), -32, -32, false, false));
                sound += mask.AsSpan().Count((byte)0);
            }

            return 1 - (sound / 60.0 / tile.Length);
        }
    }

    /// <summary>Weights of a tile that shows but one kind of surface.</summary>
    private static float[] Alike => [.. Enumerable.Repeat(1f, SurfaceCensus.CellsOf(Size))];

    private static (byte[] Tile, byte[] Mask) Render(TrainingDefectRenderer renderer, int seed, byte[] clean, float[]? rarity = null)
    {
        int size = (int)Math.Sqrt(clean.Length);
        byte[] tile = [.. clean], mask = new byte[clean.Length];
        Array.Fill(mask, (byte)9);
        rarity ??= new SurfaceCensus([new NamedImage("tile", new GrayImage(size, size, clean))]).Weights(clean, size);
        renderer.Render(new Random(seed), tile, mask, rarity, new TilePlace(size, new TileAxis(size), new TileAxis(size), 0, 0, false, false));
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

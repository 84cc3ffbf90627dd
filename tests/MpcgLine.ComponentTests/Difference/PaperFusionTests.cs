using MpcgLine.Inspection.Difference;
using MpcgLine.Inspection.Tiling;
using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.ComponentTests.Difference;

[Collection(TensorTests.Name)]
public sealed class PaperFusionTests
{
    private const int Size = TileRowFindings.TileSize;

    [Fact]
    public void Fuse_OneDeviatingPixelInASuspectPatch_IsDefectiveAlone()
    {
        // Residual 1 everywhere but 101 at one pixel: mu = 1.0004, sigma = 0.195, so the limit is about 1.6.
        TileRowFindings findings = Fuse((40, 100, 101), suspectPatch: (1, 3), inspected: _ => true);

        Assert.Equal([(40 * Size) + 100], DefectivePixels(findings));
        Assert.True(findings.Scores(0)[(10 * TileRowFindings.ScoreSize) + 25] > 500);
    }

    [Fact]
    public void Fuse_SamePixelInAnUnsuspectedPatch_IsSound() =>
        Assert.Empty(DefectivePixels(Fuse((40, 100, 101), suspectPatch: (5, 5), inspected: _ => true)));

    [Fact]
    public void Fuse_SamePixelOutsideTheInspectedArea_IsSound() =>
        Assert.Empty(DefectivePixels(Fuse((40, 100, 101), suspectPatch: (1, 3), inspected: x => x >= 256)));

    [Fact]
    public void Fuse_ResidualOfZeroEverywhere_IsSound()
    {
        using var scope = NewDisposeScope();
        Tensor flat = full([1, 1, Size, Size], 90f);

        Assert.Empty(DefectivePixels(Run(flat, flat, ones(1, 16, 16) * 50, ones([1, 1, Size, Size], ScalarType.Byte))));
    }

    [Fact]
    public void Fuse_OneTileOrSeveral_IsTheSame()
    {
        // Several go through whole maps, as on a GPU; one at a time through one pass.
        const int tiles = 3;
        using var scope = NewDisposeScope();
        var random = new Random(3);
        Tensor Gray(int spread) => tensor([.. Enumerable.Range(0, tiles * Size * Size).Select(i => 90f + (random.NextSingle() * spread) + (random.Next(50) == 0 ? 2 * spread : 0))], [tiles, 1, Size, Size]);
        Tensor tile = Gray(60), background = Gray(20);
        Tensor change = tensor([.. Enumerable.Range(0, tiles * 256).Select(_ => random.NextSingle() * 20)], [tiles, 16, 16]);
        // A fifth not inspected, of the last tile nothing.
        Tensor inspected = tensor(
            [.. Enumerable.Range(0, tiles * Size * Size).Select(i => (byte)(i < 2 * Size * Size && random.Next(5) > 0 ? 1 : 0))], [tiles, 1, Size, Size]);
        TileRowFindings together = Run(tile, background, change, inspected);

        int defective = 0;
        for (int i = 0; i < tiles; i++)
        {
            Tensor Only(Tensor of) => of.narrow(0, i, 1);
            TileRowFindings alone = Run(Only(tile), Only(background), Only(change), Only(inspected));
            Assert.True(together.Defective(i).SequenceEqual(alone.Defective(0)));
            Assert.All(
                Enumerable.Range(0, TileRowFindings.ScoreSize * TileRowFindings.ScoreSize),
                cell => Assert.Equal(together.Scores(i)[cell], alone.Scores(0)[cell], 1e-3f));
            defective += alone.Defective(0).Count((byte)1);
        }

        Assert.True(defective > 100, $"{defective} defective pixels");
    }

    [Fact]
    public void Fuse_ReconstructionIsNoNumber_ScoresAreNone()
    {
        using var scope = NewDisposeScope();
        Tensor flat = full([1, 1, Size, Size], 90f), background = flat.clone();
        background[0, 0, 7, 9] = tensor(float.NaN);

        TileRowFindings findings = Run(flat, background, ones(1, 16, 16) * 50, ones([1, 1, Size, Size], ScalarType.Byte));

        Assert.True(float.IsNaN(findings.Scores(0)[500]));
    }

    private static TileRowFindings Fuse((int Y, int X, float Residual) pixel, (int Y, int X) suspectPatch, Func<int, bool> inspected)
    {
        using var scope = NewDisposeScope();
        Tensor background = full([1, 1, Size, Size], 90f);
        Tensor tile = background + 1;
        tile[0, 0, pixel.Y, pixel.X] = tensor(90f + pixel.Residual);
        Tensor change = zeros(1, 16, 16);
        change[0, suspectPatch.Y, suspectPatch.X] = tensor(50f);
        byte[] area = [.. Enumerable.Range(0, Size * Size).Select(i => (byte)(inspected(i % Size) ? 1 : 0))];
        return Run(tile, background, change, tensor(area, [1, 1, Size, Size]));
    }

    private static TileRowFindings Run(Tensor tile, Tensor background, Tensor change, Tensor inspected)
    {
        using var fusion = new PaperFusion(epsilon: 10, CPU);
        int count = (int)tile.shape[0];
        var findings = new TileRowFindings(count);
        TileBatch batch = new(tile.clamp(0, 255).to(ScalarType.Byte), background, change, inspected);
        if (count == 1)
        {
            fusion.FuseOnProcessor(batch, 0, findings);
            return findings;
        }

        FusedMaps maps = fusion.FuseOnGpu(batch);
        for (int i = 0; i < count; i++)
        {
            fusion.Complete(maps.Scores[i].data<float>().ToArray(), maps.Defective![i].data<byte>().ToArray(), [], i, findings);
        }

        return findings;
    }

    private static int[] DefectivePixels(TileRowFindings findings)
    {
        byte[] mask = findings.Defective(0).ToArray();
        return [.. Enumerable.Range(0, mask.Length).Where(i => mask[i] != 0)];
    }
}

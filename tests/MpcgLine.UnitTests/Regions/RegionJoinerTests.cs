using CsCheck;
using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Regions;

namespace MpcgLine.UnitTests.Regions;

public sealed class RegionJoinerTests
{
    private static readonly Gen<(int Width, int Length, double Density, int Seed, double MergeDistance)> Masks =
        Gen.Select(Gen.Int[1, 60], Gen.Int[1, 60], Gen.Double[0.01, 0.7], Gen.Int, Gen.Int[0, 4].Select(i => new[] { 1.0, 1.5, 2.0, 3.0, 4.2 }[i]));

    [Fact]
    public void AddLine_RandomMasks_EqualsFloodFill() => Masks.Sample(
        m =>
        {
            byte[] mask = RandomMask(m.Width, m.Length, m.Density, m.Seed);

            Assert.Equal(FloodFill(mask, m.Width, m.MergeDistance), Stream(mask, m.Width, m.MergeDistance));
        },
        iter: 2000);

    [Fact]
    public void AddLine_EveryPixelDefective_IsOneRegion()
    {
        byte[] mask = new byte[70 * 50];
        Array.Fill(mask, (byte)1);

        Assert.Equal([(3500, new PixelBox(0, 0, 70, 50), 34.5, 24.5)], Stream(mask, 70, 3));
    }

    [Fact]
    public void AddLine_FullestCheckerboard_StaysWithinItsBuffers()
    {
        const int width = 64;
        byte[] mask = new byte[width * 200];
        for (int i = 0; i < mask.Length; i++)
        {
            mask[i] = (byte)(i % 2);
        }

        Assert.Equal(width / 2, Stream(mask, width, 1).Count);
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(3, 2)]
    public void AddLine_TwoDots_AreOneRegionOnlyNearerThanTheMergeDistance(int distance, int regions)
    {
        byte[] mask = new byte[100];
        mask[0] = 1;
        mask[distance] = 1;
        Assert.Equal(regions, Stream(mask, 10, 3).Count);

        mask[distance] = 0;
        mask[distance * 10] = 1;
        Assert.Equal(regions, Stream(mask, 10, 3).Count);
    }

    [Fact]
    public void AddLine_LinesLeftOut_EndRegions()
    {
        RegionJoiner joiner = new(4, new RegionOptions { MinimumAreaPixels = 1 });
        AddUniform(joiner, 0, 4, 10, 1f);
        AddUniform(joiner, 3, 4, 10, 1f);
        joiner.CloseAll();

        Assert.Equal([4, 4], joiner.Closed.Select(r => r.Area));
    }

    [Fact]
    public void Closed_SmallAndExcessRegions_AreCounted()
    {
        RegionJoiner joiner = new(4, new RegionOptions { MinimumAreaPixels = 2, RegionCapacity = 1 });
        AddUniform(joiner, 0, 4, 1, 0f);
        joiner.AddLine(10, [1, 0, 0, 0], new sbyte[4], new float[1]);
        AddUniform(joiner, 20, 4, 1, 0f);
        joiner.CloseAll();

        Assert.Single(joiner.Closed);
        Assert.Equal((1, 1), (joiner.SmallCount, joiner.DroppedCount));
    }

    [Fact]
    public void Closed_ResidualAndScores_AreSummedOverDefectivePixelsOnly()
    {
        RegionJoiner joiner = new(8, new RegionOptions { MinimumAreaPixels = 1 });
        joiner.AddLine(0, [0, 0, 1, 1, 1, 1, 0, 0], [99, 99, -3, -4, 2, 1, 99, 99], [5f, 7f]);
        joiner.AddLine(1, [0, 0, 1, 1, 0, 0, 0, 0], [99, 99, -3, -4, 99, 99, 99, 99], [6f, 90f]);
        joiner.CloseAll();

        Region region = Assert.Single(joiner.Closed);
        Assert.Equal((-11, 17, 7f), (region.SumResidual, region.SumAbsoluteResidual, region.MaxScore));
    }

    [Fact]
    public void Reset_WithinAPanel_ForgetsIt()
    {
        RegionJoiner joiner = new(4, new RegionOptions { MinimumAreaPixels = 1 });
        AddUniform(joiner, 5, 4, 1, 0f);
        joiner.Reset();
        joiner.CloseAll();
        Assert.Empty(joiner.Closed);

        AddUniform(joiner, 0, 4, 1, 0f);
        Assert.Throws<ArgumentOutOfRangeException>(() => AddUniform(joiner, 0, 4, 1, 0f));
    }

    private static void AddUniform(RegionJoiner joiner, int line, int width, sbyte residual, float score)
    {
        byte[] defective = new byte[width];
        Array.Fill(defective, (byte)1);
        sbyte[] residuals = new sbyte[width];
        Array.Fill(residuals, residual);
        float[] scores = new float[(width + 3) / 4];
        Array.Fill(scores, score);
        joiner.AddLine(line, defective, residuals, scores);
    }

    private static byte[] RandomMask(int width, int length, double density, int seed)
    {
        Random random = new(seed);
        byte[] mask = new byte[width * length];
        for (int i = 0; i < mask.Length; i++)
        {
            mask[i] = random.NextDouble() < density ? (byte)1 : (byte)0;
        }

        return mask;
    }

    private static List<(int Area, PixelBox Box, double X, double Y)> Stream(byte[] mask, int width, double mergeDistance)
    {
        RegionJoiner joiner = new(width, new RegionOptions { MinimumAreaPixels = 1, MergeDistance = mergeDistance, RegionCapacity = 10_000 });
        sbyte[] residual = new sbyte[width];
        float[] scores = new float[(width + 3) / 4];
        for (int line = 0; line < mask.Length / width; line++)
        {
            joiner.AddLine(line, mask.AsSpan(line * width, width), residual, scores);
        }

        joiner.CloseAll();
        return Sorted(joiner.Closed.Select(r => (r.Area, r.Box, Math.Round(r.CentroidX, 9), Math.Round(r.CentroidY, 9))));
    }

    private static List<(int Area, PixelBox Box, double X, double Y)> FloodFill(byte[] mask, int width, double mergeDistance)
    {
        double limit = Math.Max(mergeDistance * mergeDistance, 2.5);
        int reach = (int)Math.Ceiling(Math.Sqrt(limit));
        byte[] left = (byte[])mask.Clone();
        List<(int, PixelBox, double, double)> regions = [];
        for (int seed = 0; seed < left.Length; seed++)
        {
            if (left[seed] == 0)
            {
                continue;
            }

            List<(int X, int Y)> pixels = [];
            Stack<int> open = new([seed]);
            left[seed] = 0;
            while (open.TryPop(out int at))
            {
                int x = at % width;
                int y = at / width;
                pixels.Add((x, y));
                for (int v = Math.Max(0, y - reach); v <= Math.Min((left.Length / width) - 1, y + reach); v++)
                {
                    for (int u = Math.Max(0, x - reach); u <= Math.Min(width - 1, x + reach); u++)
                    {
                        int neighbour = (v * width) + u;
                        if (left[neighbour] != 0 && ((u - x) * (u - x)) + ((v - y) * (v - y)) < limit)
                        {
                            left[neighbour] = 0;
                            open.Push(neighbour);
                        }
                    }
                }
            }

            int minX = pixels.Min(p => p.X);
            int minY = pixels.Min(p => p.Y);
            PixelBox box = new(minX, minY, pixels.Max(p => p.X) - minX + 1, pixels.Max(p => p.Y) - minY + 1);
            regions.Add((pixels.Count, box, Math.Round(pixels.Average(p => p.X), 9), Math.Round(pixels.Average(p => p.Y), 9)));
        }

        return Sorted(regions);
    }

    private static List<(int, PixelBox, double, double)> Sorted(IEnumerable<(int, PixelBox Box, double X, double Y)> regions) =>
        [.. regions.OrderBy(r => r.Box.Y).ThenBy(r => r.Box.X).ThenBy(r => r.X).ThenBy(r => r.Y)];
}

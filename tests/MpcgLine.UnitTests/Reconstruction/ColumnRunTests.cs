using MpcgLine.Inspection.Reconstruction.Native.Direct;

namespace MpcgLine.UnitTests.Reconstruction;

public sealed class ColumnRunTests
{
    [Theory]
    // 3 x 3 with a padding of 1 on 8 columns: at either end one column meets the border alone.
    [InlineData(-1, -1, 3, 8, 1, 2)]
    [InlineData(3, 3, 3, 8, 0, 3)]
    [InlineData(6, 6, 3, 8, 0, 2)]
    // Two pixels side by side: what either meets counts.
    [InlineData(-1, 0, 3, 8, 0, 3)]
    // 8 x 8 over a map of one pixel meets it with one tap each.
    [InlineData(-7, -7, 8, 1, 7, 1)]
    [InlineData(0, 0, 8, 1, 0, 1)]
    // One that meets nothing reads the border once.
    [InlineData(5, 5, 3, 4, 0, 1)]
    public void Meeting_TapsOfPixelsSideBySide_AreThoseInsideTheMap(int first, int last, int taps, int size, int expectedFirst, int expectedCount) =>
        Assert.Equal(new TapRange(expectedFirst, expectedCount), TapRange.Meeting(first, last, taps, size));

    [Theory]
    [InlineData(128, 4, 1, -1, 3, 128)]
    [InlineData(16, 4, 1, -7, 8, 9)]
    [InlineData(9, 3, 1, 0, 8, 16)]
    [InlineData(128, 1, 2, -1, 4, 256)]
    [InlineData(1, 4, 1, 0, 1, 1)]
    public void Cheapest_AnyRow_MakesEachPixelOnceWithEveryTapThatMeetsTheMap(int width, int vectors, int stride, int left, int taps, int size)
    {
        int next = 0;
        foreach (ColumnRun run in ColumnRun.Cheapest(width, vectors, stride, left, taps, size))
        {
            Assert.Equal(next, run.First);
            Assert.InRange(run.Pixels, 1, MicroKernel.MostPixels(vectors));
            next += run.Pixels * run.Blocks;
            for (int x = run.First; x < next; x++)
            {
                for (int tap = 0; tap < taps; tap++)
                {
                    bool meets = (x * stride) + left + tap is var column && column >= 0 && column < size;
                    Assert.True(!meets || (tap >= run.Taps.First && tap < run.Taps.First + run.Taps.Count), $"pixel {x} misses tap {tap}");
                }
            }
        }

        Assert.Equal(width, next);
    }

    [Fact]
    public void Cheapest_KernelAsLargeAsTheMap_LeavesOutMostOfWhatLiesBesideIt()
    {
        IReadOnlyList<ColumnRun> runs = ColumnRun.Cheapest(16, 4, 1, -7, 8, 9);

        // 72 products meet the map; 128 taps would be summed up without leaving out any.
        Assert.InRange(runs.Sum(run => run.Pixels * run.Blocks * run.Taps.Count), 72, 96);
    }
}

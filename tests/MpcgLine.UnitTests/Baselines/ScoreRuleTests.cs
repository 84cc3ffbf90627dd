using MpcgLine.Inspection.Tiling;
using MpcgLine.Learning.Baselines;

namespace MpcgLine.UnitTests.Baselines;

public sealed class ScoreRuleTests
{
    private const int Size = Surface.Size, Cells = TileRowFindings.ScoreSize;

    private readonly TileRowFindings _findings = new(1);

    [Fact]
    public void RegionalAnalysis_CellBeyondThreeDeviations_HasItsPatchsChangeAndEveryOtherZero()
    {
        for (int patch = 0; patch < 256; patch++)
        {
            _findings.Changes(0)[patch] = patch + 1;
        }

        _findings.Scores(0).Fill(2.9f);
        // Cell (9, 17) lies in patch (1, 2).
        _findings.Scores(0)[(17 * Cells) + 9] = 3;

        new RegionalAnalysisRule().Score(_findings, 0, Surface.Whole);

        Assert.Equal((2 * 16) + 1 + 1, _findings.Scores(0)[(17 * Cells) + 9]);
        Assert.Equal(1, _findings.Scores(0).ToArray().Count(score => score > 0));
    }

    [Fact]
    public void Median_SmallAndLargeSpot_ErasesTheSmallOneAndScoresTheLargeInDeviations()
    {
        Span<sbyte> residual = _findings.Residual(0);
        Fill(residual, 40, 40, 4, 90);
        Fill(residual, 200, 200, 20, -60);
        double mean = ((16 * 90) + (400 * 60)) / (double)residual.Length;
        double square = ((16 * 90 * 90) + (400 * 60 * 60)) / (double)residual.Length;

        new MedianRule().Score(_findings, 0, Surface.Whole);

        double deviation = Math.Sqrt(square - (mean * mean));
        Assert.Equal((60 - mean) / deviation, _findings.Scores(0)[(52 * Cells) + 52], 1e-3);
        Assert.Equal(-mean / deviation, _findings.Scores(0)[(10 * Cells) + 10], 1e-3);
    }

    [Fact]
    public void Highest_CellsAtTheInspectedAreasBorder_CountInspectedPixelsAlone()
    {
        float[] distance = [.. Enumerable.Repeat(1f, Size * Size)];
        byte[] inspected = new byte[Size * Size];
        distance[0] = 9;
        inspected[1] = 1;
        float[] scores = new float[Cells * Cells];

        CellScores.Highest(distance, inspected, scores);

        Assert.Equal(1, scores[0]);
        Assert.All(scores[1..], score => Assert.Equal(float.NegativeInfinity, score));
    }

    private static void Fill(Span<sbyte> residual, int x, int y, int edge, sbyte value)
    {
        for (int line = y; line < y + edge; line++)
        {
            residual.Slice((line * Size) + x, edge).Fill(value);
        }
    }
}

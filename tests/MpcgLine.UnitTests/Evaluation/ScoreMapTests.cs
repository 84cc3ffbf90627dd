using MpcgLine.Inspection;
using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Stitching;
using MpcgLine.Inspection.Tiling;
using MpcgLine.Learning.Evaluation;

namespace MpcgLine.UnitTests.Evaluation;

public sealed class ScoreMapTests
{
    [Theory]
    [InlineData(512, 512)]
    [InlineData(130, 37)]
    [InlineData(901, 1347)]
    public void Of_RecordedPanelOfSeveralTiles_HasEachPixelsScoreInItsCell(int width, int height)
    {
        // The stage's score is a pixel's distance from level 128, so each pixel says which cell its score must be in.
        GrayImage image = new(width, height);
        Array.Fill(image.Pixels, (byte)128);
        Random random = new(3);
        (int X, int Y)[] marks = [.. Enumerable.Range(0, 30).Select(_ => (random.Next(width), random.Next(height))), (width - 1, height - 1)];
        float[] expected = new float[(width + 3) / 4 * ((height + 3) / 4)];
        foreach ((int x, int y) in marks)
        {
            image[x, y] = (byte)random.Next(130, 190);
        }

        for (int i = 0; i < image.Pixels.Length; i++)
        {
            ref float cell = ref expected[(i / width / 4 * ((width + 3) / 4)) + (i % width / 4)];
            cell = Math.Max(cell, Math.Abs(image.Pixels[i] - 128));
        }

        RecordingInspector recorder = new(new ThresholdTileInspector(2));
        new ImageInspector(recorder, new EdgeOptions()).Inspect(image);
        ScoreMap map = ScoreMap.Of(recorder.Recording, width, height);

        // Cells over the far sides also see the reflection.
        int[] inside = [.. Enumerable.Range(0, map.Count).Where(cell => map.PixelsOf(cell) == 16)];
        Assert.Equal(inside.Select(cell => expected[cell]), inside.Select(cell => map[cell]));
        Assert.Equal(width * height, Enumerable.Range(0, map.Count).Sum(map.PixelsOf));
        Assert.All(marks, mark => Assert.True(map[map.CellOf((mark.Y * width) + mark.X)] > 0));
    }

    [Fact]
    public void TileRecording_WrittenAndReadBack_IsTheSame()
    {
        TileRowFindings findings = new(2);
        findings.Scores(1)[77] = 3.5f;
        findings.Residual(1)[99] = -8;
        TileRecording written = new();
        written.Add(findings, 0);
        written.Add(findings, 1);
        using MemoryStream stream = new();
        written.WriteTo(stream);
        stream.Position = 0;

        TileRecording read = new();
        read.ReadFrom(stream, 2);

        Assert.Equal(0, read.Scores(0)[77]);
        Assert.Equal(3.5f, read.Scores(1)[77]);
        Assert.Equal(-8, read.Residual(1)[99]);
        Assert.Throws<EndOfStreamException>(() => read.ReadFrom(stream, 1));
    }
}

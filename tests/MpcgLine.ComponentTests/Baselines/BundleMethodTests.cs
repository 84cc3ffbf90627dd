using MpcgLine.Inspection;
using MpcgLine.Inspection.Difference;
using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Inspection.Tiling;
using MpcgLine.Learning.Baselines;

namespace MpcgLine.ComponentTests.Baselines;

[Collection(TensorTests.Name)]
public sealed class BundleMethodTests
{
    private const int Cells = TileRowFindings.ScoreSize, Cell = TileRowFindings.ScoreCell, Size = TileRowFindings.TileSize;

    private readonly ModelBundle _bundle = TestModel.Create();

    [Fact]
    public void Paper_CellsAboveEpsilon_AreThoseInWhichEquation21DefectsPixels()
    {
        TileRowFindings scored = new(1), printed = new(1);
        using (MethodInspector method = MethodInspector.Open(InspectionMethod.Paper, _bundle))
        {
            Inspect(method, scored);
        }

        float epsilon = scored.Scores(0).ToArray().Where(score => score > 0).Order().Skip(5).First();
        using (TileInspector paper = new(
            _bundle.WithCalibration(_bundle.Manifest.Calibration! with { Epsilon = epsilon }),
            new InferenceOptions { Fusion = FusionKind.Paper, BatchTiles = 1 }))
        {
            Inspect(paper, printed);
        }

        bool[] expected = new bool[Cells * Cells];
        for (int i = 0; i < Size * Size; i++)
        {
            expected[(i / Size / Cell * Cells) + (i % Size / Cell)] |= printed.Defective(0)[i] != 0;
        }

        Assert.Contains(true, expected);
        Assert.Equal(expected, scored.Scores(0).ToArray().Select(score => score > epsilon));
        Assert.False(scored.Defective(0).ContainsAnyExcept((byte)0), "something was suspected");
    }

    [Fact]
    public void Median_FilterOfTheResidual_NeverExceedsTheResidualAlone()
    {
        TileRowFindings median = new(1), residual = new(1);
        using (MethodInspector method = MethodInspector.Open(InspectionMethod.Median, _bundle))
        {
            Inspect(method, median);
        }

        using (MethodInspector method = MethodInspector.Open(InspectionMethod.Residual, _bundle))
        {
            Inspect(method, residual);
        }

        Assert.True(Highest(median) < Highest(residual), $"{Highest(median)} filtered, {Highest(residual)} unfiltered");
        Assert.InRange(Highest(median), -3, 20);
    }

    [Fact]
    public void Open_BaselineFromABundle_IsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => MethodInspector.Open(InspectionMethod.Phot, _bundle));

    private static float Highest(TileRowFindings findings) => findings.Scores(0).ToArray().Max();

    private static void Inspect(ITileInspector inspector, TileRowFindings findings)
    {
        Span<byte> tile = inspector.Tile(0);
        TestModel.Tile(3).CopyTo(tile);
        // Spots of 3 x 3 px, beyond three deviations of whatever a network without training makes of the stripes.
        for (int spot = 0; spot < 12; spot++)
        {
            for (int line = 0; line < 3; line++)
            {
                tile.Slice((((40 * spot) + 20 + line) * Size) + (35 * spot) + 30, 3).Fill(255);
            }
        }

        inspector.Inspected(0).Fill(1);
        inspector.Inspect(1, findings);
    }
}

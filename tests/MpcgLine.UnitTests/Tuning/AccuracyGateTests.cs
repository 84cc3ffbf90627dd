using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Learning.Evaluation;
using MpcgLine.Learning.Tuning;

namespace MpcgLine.UnitTests.Tuning;

public sealed class AccuracyGateTests
{
    private const int Cells = 1000;

    // A defect in the first quarter of the cells, found by a threshold of 10.
    private const int Defective = Cells / 4;

    [Fact]
    public void Compare_SameScores_Passes()
    {
        AccuracyGate gate = Compare(Scores(), threshold: 10);

        Assert.Null(gate.Failure);
        Assert.Equal((1, 1.0, 1.0, 0, 0.0), (gate.Images, gate.F1, gate.ReferenceF1, gate.OtherVerdicts, gate.CrossedCells));
    }

    [Fact]
    public void Compare_ScoresAndThresholdShiftedAlike_Passes() =>
        Assert.Null(Compare([.. Scores().Select(score => score + 3)], threshold: 13).Failure);

    [Fact]
    public void Compare_DefectHalfLost_FailsByF1()
    {
        float[] scores = Scores();
        Array.Fill(scores, 0, 0, Defective / 2);

        AccuracyGate gate = Compare(scores, threshold: 10);

        // Half of the defect found, nothing else: recall 1/2, precision 1.
        Assert.Equal(2.0 / 3, gate.F1, 1e-12);
        Assert.Contains("F1", gate.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public void Compare_ImageJudgedOtherwiseFarFromItsThreshold_Fails()
    {
        float[] good = new float[Cells], marred = new float[Cells];
        marred[0] = 20;

        AccuracyGate gate = AccuracyGate.Compare([Image(mask: false)], Of(marred, 10), Of(good, 10));

        Assert.Equal((1, 1), (gate.OtherVerdicts, gate.ClearlyOther));
        Assert.NotNull(gate.Failure);
    }

    [Fact]
    public void Compare_ImageJudgedOtherwiseNearItsThreshold_IsCountedButAllowed()
    {
        float[] below = Scores(), above = Scores();
        Array.Fill(below, 9.9f, 0, Defective);
        Array.Fill(above, 10.1f, 0, 1);
        Array.Fill(above, 9.9f, 1, Defective - 1);

        AccuracyGate gate = AccuracyGate.Compare([Image(mask: true)], Of(above, 10), Of(below, 10));

        Assert.Equal((1, 0), (gate.OtherVerdicts, gate.ClearlyOther));
    }

    [Fact]
    public void Compare_ManyCellsCross_Fails()
    {
        float[] scores = Scores(), reference = Scores();
        // As many found more as are lost: F1 is the same.
        Array.Fill(scores, 0, 0, 10);
        Array.Fill(reference, 0, 10, 10);

        AccuracyGate gate = AccuracyGate.Compare([Image(mask: true)], Of(scores, 10), Of(reference, 10));

        Assert.Equal(gate.ReferenceF1, gate.F1);
        Assert.Equal(0.02, gate.CrossedCells, 1e-12);
        Assert.Contains("cells cross", gate.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public void Compare_ImageNotInspectedInOneArithmetic_IsJudgedOtherwise()
    {
        GateScores none = new(new ModelCalibration(1, 10, 0.02, 1, 0, 1, "none"), [null]);

        AccuracyGate gate = AccuracyGate.Compare([Image(mask: true)], none, Of(Scores(), 10));

        Assert.Equal((0, 1), (gate.Images, gate.ClearlyOther));
        Assert.NotNull(gate.Failure);
    }

    [Fact]
    public void Compare_SinglePrecisionFindsNoDefect_ProvesNothing() =>
        Assert.Contains("nothing is proven", AccuracyGate.Compare([Image(mask: true)], Of(Scores(), 99), Of(Scores(), 99)).Failure, StringComparison.Ordinal);

    private static AccuracyGate Compare(float[] scores, float threshold) =>
        AccuracyGate.Compare([Image(mask: true)], Of(scores, threshold), Of(Scores(), 10));

    private static float[] Scores() => [.. Enumerable.Range(0, Cells).Select(cell => cell < Defective ? 20f : 0)];

    private static GateScores Of(float[] scores, float threshold) =>
        new(new ModelCalibration(1, threshold, 0.02, 1, 0, 1, "none"), [new ScoreMap(ScoreMap.Cell, ScoreMap.Cell * Cells, scores)]);

    private static GateImage Image(bool mask)
    {
        GrayImage truth = new(ScoreMap.Cell, ScoreMap.Cell * Cells);
        truth.Pixels.AsSpan(0, Defective * ScoreMap.Cell * ScoreMap.Cell).Fill(1);
        return new GateImage(new GrayImage(truth.Width, truth.Height), mask ? truth : null);
    }
}

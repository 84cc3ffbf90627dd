using MpcgLine.Inspection.Tiling;

namespace MpcgLine.Learning.Baselines;

/// <summary>
/// Equations 20 and 21 with gamma as printed and epsilon left open: a cell that holds a pixel with
/// <c>residual >= mu + gamma * sigma</c> has its patch's <c>|f(src) - f(rec)|</c> for a score, every other one 0. So
/// <c>score > epsilon</c> is the paper's rule, cell by cell.
/// </summary>
internal sealed class RegionalAnalysisRule : IScoreRule
{
    private const int Cells = TileRowFindings.ScoreSize, Patches = TileRowFindings.PatchCount, CellsPerPatch = Cells / Patches;

    /// <inheritdoc/>
    public void Score(TileRowFindings findings, int tile, ReadOnlySpan<byte> inspected)
    {
        Span<float> scores = findings.Scores(tile), changes = findings.Changes(tile);
        for (int cell = 0; cell < scores.Length; cell++)
        {
            int patch = (cell / Cells / CellsPerPatch * Patches) + (cell % Cells / CellsPerPatch);
            scores[cell] = scores[cell] >= EquationScores.Gamma ? changes[patch] : 0;
        }
    }
}

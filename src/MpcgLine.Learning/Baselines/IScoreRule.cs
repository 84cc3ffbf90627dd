using MpcgLine.Inspection.Tiling;

namespace MpcgLine.Learning.Baselines;

/// <summary>Makes the scores of a tile from its residual and the change of its DCT feature.</summary>
internal interface IScoreRule
{
    /// <summary>Replaces the scores of one tile, which are those of <see cref="EquationScores"/>.</summary>
    /// <param name="findings">Residual, changes and scores.</param>
    /// <param name="tile">The tile.</param>
    /// <param name="inspected"><c>[512, 512]</c>, 1 where a pixel counts.</param>
    void Score(TileRowFindings findings, int tile, ReadOnlySpan<byte> inspected);
}

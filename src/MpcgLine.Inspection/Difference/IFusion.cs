using MpcgLine.Inspection.Tiling;

namespace MpcgLine.Inspection.Difference;

/// <summary>
/// Turns tile, reconstruction and regional analysis into defective pixels: <see cref="PaperFusion"/> (Eq. 21) or
/// <see cref="LearnedFusion"/>. Inference thread only.
/// </summary>
internal interface IFusion : IDisposable
{
    /// <summary>
    /// Fills <see cref="TileRowFindings.Defective"/>, <see cref="TileRowFindings.Scores"/> and the threshold for the
    /// batch's tiles. The residual is filled already.
    /// </summary>
    void Fuse(in TileBatch batch, TileRowFindings findings);
}

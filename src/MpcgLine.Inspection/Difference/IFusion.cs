using MpcgLine.Inspection.Tiling;

namespace MpcgLine.Inspection.Difference;

/// <summary>
/// Turns tile, reconstruction and regional analysis into defective pixels: <see cref="PaperFusion"/> (Eq. 21) or
/// <see cref="LearnedFusion"/>. Inference thread only.
/// </summary>
internal interface IFusion : IDisposable
{
    /// <summary>What scores are compared with, <see cref="TileRowFindings.Threshold"/>.</summary>
    float Threshold { get; }

    /// <summary>
    /// Fills <see cref="TileRowFindings.Defective"/> and <see cref="TileRowFindings.Scores"/> for one tile,
    /// on the processor. Its residual is filled already.
    /// </summary>
    /// <param name="batch">One tile's maps.</param>
    /// <param name="tile">Which tile of the findings.</param>
    /// <param name="findings">Written here.</param>
    void FuseOnProcessor(in TileBatch batch, int tile, TileRowFindings findings);

    /// <summary>The part of it that a GPU does, for a whole batch; the tensors belong to the caller's dispose scope.</summary>
    FusedMaps FuseOnGpu(in TileBatch batch);

    /// <summary>The part of it that is left to the processor, for one tile; its residual is filled already.</summary>
    /// <param name="scores"><c>[128, 128]</c>, as the GPU made them.</param>
    /// <param name="defective"><c>[512, 512]</c>, as the GPU made them; empty where it made none.</param>
    /// <param name="inspected"><c>[512, 512]</c>, 1 where a pixel counts.</param>
    /// <param name="tile">Which tile of the findings.</param>
    /// <param name="findings">Written here.</param>
    void Complete(ReadOnlySpan<float> scores, ReadOnlySpan<byte> defective, ReadOnlySpan<byte> inspected, int tile, TileRowFindings findings);
}

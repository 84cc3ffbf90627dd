using MpcgLine.Inspection;
using MpcgLine.Inspection.Tiling;

namespace MpcgLine.Learning.Baselines;

/// <summary>A bundle's inference stage, its scores replaced by a rule of its own.</summary>
/// <param name="inner">Owned.</param>
/// <param name="rule">Null: the scores as they are.</param>
internal sealed class BundleInspector(TileInspector inner, IScoreRule? rule) : MethodInspector
{
    /// <inheritdoc/>
    public override int MaxTiles => inner.MaxTiles;

    /// <inheritdoc/>
    public override Span<byte> Tile(int index) => inner.Tile(index);

    /// <inheritdoc/>
    public override Span<byte> Inspected(int index) => inner.Inspected(index);

    /// <inheritdoc/>
    public override void MarkOutside(int index) => inner.MarkOutside(index);

    /// <inheritdoc/>
    protected override void Score(int tileCount, TileRowFindings findings)
    {
        inner.Inspect(tileCount, findings);
        for (int tile = 0; tile < tileCount; tile++)
        {
            rule?.Score(findings, tile, inner.Inspected(tile));
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => inner.Dispose();
}

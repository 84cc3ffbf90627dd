namespace MpcgLine.Learning.Baselines;

/// <summary>A baseline reduced to what is its own: how far every pixel of a tile is from sound. Inference thread only.</summary>
internal interface IDistanceMap : IDisposable
{
    /// <summary>Compares one tile.</summary>
    /// <param name="tile"><c>[512, 512]</c> gray levels.</param>
    /// <param name="inspected"><c>[512, 512]</c>, 1 where a pixel counts.</param>
    /// <param name="distance"><c>[512, 512]</c>, overwritten: the larger, the more suspect.</param>
    /// <param name="residual"><c>[512, 512]</c>, overwritten: the signed difference outlines are drawn by.</param>
    void Compare(ReadOnlySpan<byte> tile, ReadOnlySpan<byte> inspected, Span<float> distance, Span<sbyte> residual);
}

using MpcgLine.Learning.Datasets;

namespace MpcgLine.Learning.Evaluation;

/// <summary>An image after its networks have run, before any threshold.</summary>
/// <param name="Image">The image.</param>
/// <param name="Score">Highest score of its inspected cells.</param>
/// <param name="Truth">True regions.</param>
/// <param name="TooSmall">Marked regions left out as too small.</param>
/// <param name="Tiles">Tiles recorded.</param>
/// <param name="Offset">Where they begin in the file of recordings.</param>
internal sealed record ScoredImage(
    TestImage Image, float Score, IReadOnlyList<MarkedRegion> Truth, int TooSmall, int Tiles, long Offset);

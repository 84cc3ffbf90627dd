using MpcgLine.Inspection.Tiling;

namespace MpcgLine.Learning.Baselines;

/// <summary>The inference stage of a baseline: a cell's score is the largest distance of its pixels.</summary>
/// <param name="map">Owned.</param>
/// <param name="maxTiles">Tiles staged at once.</param>
internal sealed class BaselineInspector(IDistanceMap map, int maxTiles) : MethodInspector
{
    private const int TilePixels = TileRowFindings.TileSize * TileRowFindings.TileSize;

    private readonly byte[] _tiles = new byte[maxTiles * TilePixels];
    private readonly byte[] _inspected = new byte[maxTiles * TilePixels];
    private readonly float[] _distance = new float[TilePixels];

    /// <inheritdoc/>
    public override int MaxTiles => maxTiles;

    /// <inheritdoc/>
    public override Span<byte> Tile(int index) => _tiles.AsSpan(index * TilePixels, TilePixels);

    /// <inheritdoc/>
    public override Span<byte> Inspected(int index) => _inspected.AsSpan(index * TilePixels, TilePixels);

    /// <inheritdoc/>
    protected override void Score(int tileCount, TileRowFindings findings)
    {
        for (int tile = 0; tile < tileCount; tile++)
        {
            map.Compare(Tile(tile), Inspected(tile), _distance, findings.Residual(tile));
            CellScores.Highest(_distance, Inspected(tile), findings.Scores(tile));
            findings.Changes(tile).Clear();
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => map.Dispose();
}

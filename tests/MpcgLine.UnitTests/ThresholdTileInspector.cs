using MpcgLine.Inspection;
using MpcgLine.Inspection.Tiling;

namespace MpcgLine.UnitTests;

/// <summary>An inference stage without a network: pixels darker than 60 or brighter than 200 are defective.</summary>
internal sealed class ThresholdTileInspector(int maxTiles) : ITileInspector
{
    private const int Pixels = TileGrid.Size * TileGrid.Size;

    private readonly byte[] _tiles = new byte[maxTiles * Pixels];
    private readonly byte[] _inspected = new byte[maxTiles * Pixels];

    public int MaxTiles => maxTiles;

    public int Calls { get; private set; }

    public bool Fails { get; set; }

    public Span<byte> Tile(int index) => _tiles.AsSpan(index * Pixels, Pixels);

    public Span<byte> Inspected(int index) => _inspected.AsSpan(index * Pixels, Pixels);

    public void Inspect(int tileCount, TileRowFindings findings)
    {
        Calls++;
        if (Fails)
        {
            throw new InvalidOperationException("The inference stage failed.");
        }

        findings.TileCount = tileCount;
        findings.Threshold = 68;
        for (int tile = 0; tile < tileCount; tile++)
        {
            Span<float> scores = findings.Scores(tile);
            scores.Clear();
            findings.ClearDefective(tile);
            for (int i = 0; i < Pixels; i++)
            {
                int residual = Tile(tile)[i] - 128;
                if (residual is < -68 or > 72)
                {
                    findings.WritableDefective(tile)[i] = 1;
                }

                findings.Residual(tile)[i] = (sbyte)Math.Clamp(residual, -127, 127);
                int cell = (i / TileGrid.Size / 4 * TileRowFindings.ScoreSize) + (i % TileGrid.Size / 4);
                scores[cell] = Math.Max(scores[cell], Math.Abs(residual));
            }
        }
    }
}

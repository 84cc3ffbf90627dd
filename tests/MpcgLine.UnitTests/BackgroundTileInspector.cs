using MpcgLine.Inspection;
using MpcgLine.Inspection.Tiling;

namespace MpcgLine.UnitTests;

/// <summary>An inference stage that lets its caller go on, as one on a GPU does: nothing is said of a batch before it is finished.</summary>
internal sealed class BackgroundTileInspector(int maxTiles) : ITileInspector
{
    private readonly ThresholdTileInspector[] _sides = [new(maxTiles), new(maxTiles)];
    private readonly Queue<(ThresholdTileInspector Side, int Tiles, TileRowFindings Findings)> _begun = [];
    private int _staged;

    public int MaxTiles => maxTiles;

    public bool WorksInBackground => true;

    public int MostUnfinished { get; private set; }

    public Span<byte> Tile(int index) => _sides[_staged].Tile(index);

    public Span<byte> Inspected(int index) => _sides[_staged].Inspected(index);

    public void Inspect(int tileCount, TileRowFindings findings)
    {
        Begin(tileCount, findings);
        Finish();
    }

    public void Begin(int tileCount, TileRowFindings findings)
    {
        findings.TileCount = tileCount;
        _begun.Enqueue((_sides[_staged], tileCount, findings));
        MostUnfinished = Math.Max(MostUnfinished, _begun.Count);
        _staged = 1 - _staged;
    }

    public void Finish()
    {
        (ThresholdTileInspector side, int tiles, TileRowFindings findings) = _begun.Dequeue();
        side.Inspect(tiles, findings);
    }
}

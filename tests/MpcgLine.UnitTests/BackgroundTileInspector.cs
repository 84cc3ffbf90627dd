using MpcgLine.Inspection;
using MpcgLine.Inspection.Tiling;

namespace MpcgLine.UnitTests;

/// <summary>An inference stage that lets its caller go on, as one on a GPU does: nothing is said of a batch before it is finished.</summary>
internal sealed class BackgroundTileInspector(int maxTiles) : ITileInspector
{
    private readonly ThresholdTileInspector[] _sides = [new(maxTiles), new(maxTiles)];
    private readonly Queue<(ThresholdTileInspector Side, int Tiles, TileRowFindings Findings)> _begun = [];
    private int _staged;
    private int _finished;

    public int MaxTiles => maxTiles;

    public bool WorksInBackground => true;

    /// <summary>Which call of <see cref="Finish"/> fails, from 1; 0 for none.</summary>
    public int FailsAt { get; set; }

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
        Poison(findings);
        _begun.Enqueue((_sides[_staged], tileCount, findings));
        MostUnfinished = Math.Max(MostUnfinished, _begun.Count);
        _staged = 1 - _staged;
    }

    public void Finish()
    {
        (ThresholdTileInspector side, int tiles, TileRowFindings findings) = _begun.Dequeue();
        if (_begun.Count == 0)
        {
            _staged = 1 - _staged;
        }

        if (FailsAt == ++_finished)
        {
            throw new InvalidOperationException("The inference stage failed.");
        }

        side.Inspect(tiles, findings);
    }

    /// <summary>Whoever reads them too early finds nothing but defects.</summary>
    private static void Poison(TileRowFindings findings)
    {
        for (int tile = 0; tile < findings.TileCapacity; tile++)
        {
            findings.WritableDefective(tile).Fill(1);
            findings.Scores(tile).Fill(1000);
        }
    }
}

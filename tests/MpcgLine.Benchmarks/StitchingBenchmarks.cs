using BenchmarkDotNet.Attributes;
using MpcgLine.Inspection;
using MpcgLine.Inspection.Acquisition;
using MpcgLine.Inspection.Correction;
using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Stitching;
using MpcgLine.Inspection.Tiling;

namespace MpcgLine.Benchmarks;

/// <summary>From strips to tiles, without edges to find.</summary>
[InProcess]
[MemoryDiagnoser]
public class StitchingBenchmarks
{
    private const int Length = 2048, LinesPerStrip = 128;

    private readonly byte[] _tile = new byte[TileGrid.Size * TileGrid.Size];
    private readonly byte[] _inspected = new byte[TileGrid.Size * TileGrid.Size];
    private TileRowPool _pool = null!;
    private PanelStitcher _stitcher = null!;
    private TileRow _row = null!;
    private Strip _strip = null!;
    private long _burst;

    /// <summary>Pixels per line.</summary>
    [Params(1024, 7168)]
    public int Width { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        _pool = new TileRowPool(8, Width);
        _stitcher = new PanelStitcher(
            new StitchOptions(), _pool, FlatField.Identity(Width), PartEdgeFinder.Create(new EdgeOptions(), Width), new InspectionCounters());
        _strip = new Strip(Width, LinesPerStrip);
        new Random(1).NextBytes(_strip.Pixels);
        _burst = 0;
        _row = FirstRow();
    }

    /// <summary>A panel of 2048 lines comes in, and its tile rows go back.</summary>
    [Benchmark]
    public int StitchPanel()
    {
        _burst++;
        int rows = 0;
        for (int line = 0; line < Length; line += LinesPerStrip)
        {
            Accept(line);
            while (_stitcher.TryTake(out StitchedPiece piece))
            {
                if (piece.Row is { } row)
                {
                    _pool.Return(row);
                    rows++;
                }
            }
        }

        return rows;
    }

    /// <summary>One tile is cut, with what of it may be judged.</summary>
    [Benchmark]
    public void CutTile()
    {
        _row.CopyTile(1, _tile);
        _row.CopyInspected(1, _inspected);
    }

    // Kept for ever: the pool has others. Its panel is left open, and ends when the next one begins.
    private TileRow FirstRow()
    {
        _burst++;
        StitchedPiece piece;
        for (int line = 0; !_stitcher.TryTake(out piece); line += LinesPerStrip)
        {
            Accept(line);
        }

        return piece.Row!;
    }

    private void Accept(int line)
    {
        _strip.Stamp = new StripStamp(0, _burst, new LineIndex(line), LinesPerStrip, Length, default, 0, StripStatus.Complete);
        _stitcher.Accept(_strip);
    }
}

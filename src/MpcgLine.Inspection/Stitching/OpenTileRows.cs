using System.Diagnostics.CodeAnalysis;
using MpcgLine.Inspection.Correction;
using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Tiling;

namespace MpcgLine.Inspection.Stitching;

/// <summary>
/// The tile rows of the arriving panel that lines can still land in: at most three at a time, because neighbours overlap
/// and the last one reaches inward. Lines come in order; a row with a missing line is given up at once.
/// </summary>
internal sealed class OpenTileRows(TileRowPool pool, FlatField flatField, InspectionCounters counters)
{
    private const int Capacity = 4;

    private readonly TileRow?[] _open = new TileRow?[Capacity];
    private TileGrid? _grid;
    private PanelStamp _panel;
    private int _first;

    /// <summary>Rows begun so far, given-up ones included.</summary>
    public int Started { get; private set; }

    private TileGrid Grid => _grid ?? throw new InvalidOperationException("No panel has begun.");

    /// <summary>A new panel begins; no row of the last one is open.</summary>
    public void Begin(in PanelStamp panel)
    {
        if (_grid is null || _grid.Across.Length != panel.Width || _grid.Along.Length != panel.Length)
        {
            _grid = new TileGrid(panel.Width, panel.Length);
        }

        _panel = panel;
        _first = 0;
        Started = 0;
    }

    /// <summary>Puts a line, corrected, into every row it belongs to.</summary>
    /// <returns>False when a row it belongs to found no buffer.</returns>
    public bool Land(ReadOnlySpan<byte> pixels, int line)
    {
        bool hadRoom = Start(line);
        Span<byte> corrected = default;
        for (int row = _first; row < Started; row++)
        {
            if (_open[row % Capacity] is not { } open || line < open.FirstLine || line >= open.EndLine)
            {
                continue;
            }

            Span<byte> destination = open.WritableLine(line);
            if (corrected.IsEmpty)
            {
                flatField.Apply(pixels, destination);
                corrected = destination;
            }
            else
            {
                corrected.CopyTo(destination);
            }

            open.CountLine();
        }

        return hadRoom;
    }

    /// <summary>Gives up every unfinished row that holds lines before <paramref name="line"/>: they never came.</summary>
    public void GiveUpBefore(int line)
    {
        for (int row = _first; row < Grid.Rows && Grid.Along.Origin(row) < line; row++)
        {
            if (row >= Started)
            {
                Started = row + 1;
            }
            else if (_open[row % Capacity] is { } open)
            {
                _open[row % Capacity] = null;
                pool.Return(open);
            }
            else
            {
                continue;
            }

            counters.Add(InspectionCounter.IncompleteTileRows);
        }
    }

    /// <summary>The next row, in order, all of whose lines came before <paramref name="nextLine"/>; it is the caller's.</summary>
    public bool TryFinish(int nextLine, [NotNullWhen(true)] out TileRow? row)
    {
        row = null;
        while (row is null && _first < Started && EndOf(_first) <= nextLine)
        {
            row = _open[_first % Capacity];
            _open[_first % Capacity] = null;
            _first++;
            if (row is { IsComplete: false })
            {
                // No path leads here; should one ever, the row must not be inspected.
                counters.Add(InspectionCounter.IncompleteTileRows);
                pool.Return(row);
                row = null;
            }
        }

        return row is not null;
    }

    // Takes a buffer for every row that the line belongs to.
    private bool Start(int line)
    {
        bool hadRoom = true;
        while (Started < Grid.Rows && Grid.Along.Origin(Started) <= line)
        {
            if (pool.TryTake(out TileRow? row))
            {
                row.Begin(_panel, Grid, Started);
                _open[Started % Capacity] = row;
            }
            else
            {
                counters.Add(InspectionCounter.DroppedTileRows);
                hadRoom = false;
            }

            Started++;
        }

        return hadRoom;
    }

    private int EndOf(int row) => Math.Min(_panel.Length, Grid.Along.Origin(row) + TileGrid.Size);
}

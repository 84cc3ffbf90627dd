using System.Diagnostics.CodeAnalysis;

namespace MpcgLine.Inspection.Tiling;

/// <summary>
/// A fixed number of tile-row buffers going round between the stitching side, which takes them, and the inference
/// side, which returns them. Any thread; never waits, never allocates after construction.
/// </summary>
public sealed class TileRowPool
{
    private readonly TileRow?[] _free;
    private readonly Lock _gate = new();
    private int _count;

    /// <summary>Allocates <paramref name="capacity"/> buffers of 512 lines.</summary>
    /// <param name="capacity">Buffers, at least 3: the stitcher fills up to three at once.</param>
    /// <param name="width">Pixels per line, at least 32.</param>
    public TileRowPool(int capacity, int width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 3);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, TileAxis.SmallestLength);
        _free = new TileRow[capacity];
        Width = width;
        for (int i = 0; i < capacity; i++)
        {
            _free[i] = new TileRow(width);
        }

        _count = capacity;
    }

    /// <summary>Buffers in all.</summary>
    public int Capacity => _free.Length;

    /// <summary>Pixels per line of every buffer.</summary>
    public int Width { get; }

    /// <summary>Buffers free now.</summary>
    public int FreeCount => Volatile.Read(ref _count);

    /// <summary>Takes a free buffer, which the caller then owns.</summary>
    /// <returns>False when all are in use.</returns>
    public bool TryTake([NotNullWhen(true)] out TileRow? row)
    {
        lock (_gate)
        {
            if (_count == 0)
            {
                row = null;
                return false;
            }

            row = _free[--_count];
            _free[_count] = null;
            return row is not null;
        }
    }

    /// <summary>Returns a buffer; the caller no longer touches it.</summary>
    /// <exception cref="InvalidOperationException">More buffers come back than were taken.</exception>
    public void Return(TileRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        lock (_gate)
        {
            if (_count == _free.Length)
            {
                throw new InvalidOperationException("A tile row was returned twice.");
            }

            _free[_count++] = row;
        }
    }
}

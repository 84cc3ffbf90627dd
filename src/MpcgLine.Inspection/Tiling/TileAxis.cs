namespace MpcgLine.Inspection.Tiling;

/// <summary>
/// One axis of the tile grid. Tile i starts at 448 i - 32 and answers for its core [448 i, 448 (i + 1)), clipped to
/// the panel: the cores partition the axis. Every core pixel lies at least 32 px inside its tile, and every origin is
/// a multiple of 32 (the DCT grid). The last tile moves inward as far as that allows, so that it sees the panel
/// rather than its reflection.
/// </summary>
public readonly record struct TileAxis
{
    /// <summary>Smallest panel side, px: the reflection of a shorter one would not fill a margin.</summary>
    public const int SmallestLength = 32;

    /// <summary>Lays tiles along a panel side.</summary>
    /// <param name="length">Panel side in px, at least <see cref="SmallestLength"/>.</param>
    /// <param name="name">What the side is called in the error.</param>
    /// <exception cref="ArgumentOutOfRangeException">The side is too short to be tiled.</exception>
    public TileAxis(int length, string name = "panel side")
    {
        if (length < SmallestLength)
        {
            throw new ArgumentOutOfRangeException(
                nameof(length), length, $"The {name} is {length} px; allowed are {SmallestLength} px and more.");
        }

        Length = length;
        Count = (length + TileGrid.Stride - 1) / TileGrid.Stride;
    }

    /// <summary>Panel side, px.</summary>
    public int Length { get; }

    /// <summary>Tiles along it.</summary>
    public int Count { get; }

    /// <summary>First pixel of a tile; -32 for the first.</summary>
    public int Origin(int tile)
    {
        int origin = (TileGrid.Stride * tile) - TileGrid.Margin;
        if (tile == 0 || tile < Count - 1)
        {
            return origin;
        }

        int reach = Length + TileGrid.Margin - TileGrid.Size;
        int inward = (reach + TileGrid.OriginStep - 1) / TileGrid.OriginStep * TileGrid.OriginStep;
        return Math.Min(origin, inward);
    }

    /// <summary>First pixel a tile answers for.</summary>
    public static int CoreStart(int tile) => TileGrid.Stride * tile;

    /// <summary>First pixel behind those a tile answers for.</summary>
    public int CoreEnd(int tile) => Math.Min(Length, TileGrid.Stride * (tile + 1));

    /// <summary>The tile that answers for a pixel.</summary>
    public static int TileOf(int pixel) => pixel / TileGrid.Stride;

    /// <summary>Index of the pixel seen at <paramref name="index"/> when the side is reflected at both ends (period 2 (Length - 1)).</summary>
    public int Reflect(int index)
    {
        if ((uint)index < (uint)Length)
        {
            return index;
        }

        int period = 2 * (Length - 1);
        int wrapped = index % period;
        wrapped = wrapped < 0 ? wrapped + period : wrapped;
        return wrapped < Length ? wrapped : period - wrapped;
    }
}

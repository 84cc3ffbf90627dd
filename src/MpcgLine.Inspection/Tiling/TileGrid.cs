using MpcgLine.Inspection.Primitives;

namespace MpcgLine.Inspection.Tiling;

/// <summary>
/// How a panel is cut into 512 x 512 tiles: neighbours overlap by 64 px, each answers for its core of at most
/// 448 x 448 px, and every panel pixel lies in exactly one core. Outside the panel a tile shows its reflection.
/// </summary>
public sealed class TileGrid
{
    /// <summary>Edge of a tile, px.</summary>
    public const int Size = TileRowFindings.TileSize;

    /// <summary>Rim, px, for which a tile does not answer: scores close to a tile's border are not to be trusted.</summary>
    public const int Margin = 32;

    /// <summary>Distance of neighbouring cores, px.</summary>
    public const int Stride = Size - (2 * Margin);

    /// <summary>Origins are multiples of this: the patches of regional analysis.</summary>
    public const int OriginStep = 32;

    /// <summary>Lays the grid over a panel.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A side is shorter than 32 px.</exception>
    public TileGrid(int width, int length)
    {
        Across = new TileAxis(width, "panel width");
        Along = new TileAxis(length, "panel length");
    }

    /// <summary>Columns of tiles, across the travel.</summary>
    public TileAxis Across { get; }

    /// <summary>Rows of tiles, along the travel.</summary>
    public TileAxis Along { get; }

    /// <summary>Tiles per row.</summary>
    public int Columns => Across.Count;

    /// <summary>Rows of tiles.</summary>
    public int Rows => Along.Count;

    /// <summary>Tiles of the panel.</summary>
    public int Count => Rows * Columns;

    /// <summary>Panel position of a tile's first pixel.</summary>
    public TileOrigin Origin(int row, int column) => new(Across.Origin(column), Along.Origin(row));

    /// <summary>The pixels a tile answers for.</summary>
    public PixelBox Core(int row, int column)
    {
        int x = TileAxis.CoreStart(column);
        int y = TileAxis.CoreStart(row);
        return new PixelBox(x, y, Across.CoreEnd(column) - x, Along.CoreEnd(row) - y);
    }

    /// <summary>Cuts a tile out of a whole image, reflected where it reaches over the border.</summary>
    /// <param name="image">Image of the grid's size.</param>
    /// <param name="row">Tile row.</param>
    /// <param name="column">Tile column.</param>
    /// <param name="destination">Written: <c>[512, 512]</c> gray levels.</param>
    public void CopyTile(GrayImage image, int row, int column, Span<byte> destination)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (image.Width != Across.Length || image.Height != Along.Length)
        {
            throw new ArgumentException(
                $"The image is {image.Width} x {image.Height} px, the grid was laid for {Across.Length} x {Along.Length}.",
                nameof(image));
        }

        TileOrigin origin = Origin(row, column);
        for (int y = 0; y < Size; y++)
        {
            CopyTileLine(image.Row(Along.Reflect(origin.Y + y)), origin.X, destination.Slice(y * Size, Size));
        }
    }

    /// <summary>Copies 512 px of a panel line from column <paramref name="x"/> on, reflected at both ends.</summary>
    internal void CopyTileLine(ReadOnlySpan<byte> line, int x, Span<byte> destination)
    {
        int first = Math.Clamp(-x, 0, Size);
        int end = Math.Clamp(Across.Length - x, first, Size);
        line[(x + first)..(x + end)].CopyTo(destination[first..end]);
        for (int i = 0; i < first; i++)
        {
            destination[i] = line[Across.Reflect(x + i)];
        }

        for (int i = end; i < Size; i++)
        {
            destination[i] = line[Across.Reflect(x + i)];
        }
    }
}

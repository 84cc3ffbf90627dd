using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Tiling;

namespace MpcgLine.Learning.Datasets;

/// <summary>
/// Where a training tile lies on its image, and what of it is the image's reflection. Immutable; any thread.
/// </summary>
/// <param name="Size">Edge of the tile, px.</param>
/// <param name="Across">The image's width.</param>
/// <param name="Along">Its height.</param>
/// <param name="Left">Column of the image that is the tile's first; may lie outside.</param>
/// <param name="Top">Row, likewise.</param>
/// <param name="FlipX">Whether the tile is mirrored left to right.</param>
/// <param name="FlipY">Whether it is mirrored top to bottom.</param>
public readonly record struct TilePlace(int Size, TileAxis Across, TileAxis Along, int Left, int Top, bool FlipX, bool FlipY)
{
    /// <summary>Column of the tile it was drawn for, or the nearest one.</summary>
    public int ShownX { get; init; }

    /// <summary>Row of the tile it was drawn for, or the nearest one.</summary>
    public int ShownY { get; init; }

    /// <summary>Column of the tile that shows a column of the image, or the nearest one.</summary>
    public int TileColumn(int imageColumn) => Inside(imageColumn - Left, FlipX);

    /// <summary>The same of rows.</summary>
    public int TileRow(int imageRow) => Inside(imageRow - Top, FlipY);

    /// <summary>Column of the image that a column of the tile shows.</summary>
    public int ImageColumn(int x) => Across.Reflect(Left + (FlipX ? Size - 1 - x : x));

    /// <summary>Row of the image that a row of the tile shows.</summary>
    public int ImageRow(int y) => Along.Reflect(Top + (FlipY ? Size - 1 - y : y));

    /// <summary>
    /// Of a column that shows the image's reflection, the column of the tile that shows the same pixels directly. Any other
    /// column is its own, and so is one whose original lies outside the tile.
    /// </summary>
    public int InsideColumn(int x) => Original(x, ImageColumn(x) - Left, FlipX);

    /// <summary>The same of rows.</summary>
    public int InsideRow(int y) => Original(y, ImageRow(y) - Top, FlipY);

    /// <summary>Whether a pixel is no reflection of another pixel of the tile.</summary>
    public bool IsDirect(int x, int y) => InsideColumn(x) == x && InsideRow(y) == y;

    /// <summary>
    /// Bounds, in px of the tile, of the pixels that are no reflection of another pixel of it. Where a reflection's original lies
    /// outside the tile they hold a little more.
    /// </summary>
    public PixelBox Direct()
    {
        int left = 0, top = 0, right = Size - 1, bottom = Size - 1;
        while (InsideColumn(left) != left)
        {
            left++;
        }

        while (InsideColumn(right) != right)
        {
            right--;
        }

        while (InsideRow(top) != top)
        {
            top++;
        }

        while (InsideRow(bottom) != bottom)
        {
            bottom--;
        }

        return new PixelBox(left, top, right + 1 - left, bottom + 1 - top);
    }

    /// <summary>
    /// Makes the reflection that of what is on the tile now: a defect near the image's border is seen twice in the inspection,
    /// and beyond the border there are none.
    /// </summary>
    /// <param name="pixels"><c>[Size, Size]</c>, changed in place.</param>
    public void Reflect(Span<byte> pixels)
    {
        for (int x = 0; x < Size; x++)
        {
            int from = InsideColumn(x);
            for (int i = 0; from != x && i < pixels.Length; i += Size)
            {
                pixels[i + x] = pixels[i + from];
            }
        }

        for (int y = 0; y < Size; y++)
        {
            int from = InsideRow(y);
            if (from != y)
            {
                pixels.Slice(from * Size, Size).CopyTo(pixels[(y * Size)..]);
            }
        }
    }

    private int Inside(int fromStart, bool flip) => Math.Clamp(flip ? Size - 1 - fromStart : fromStart, 0, Size - 1);

    private int Original(int index, int shown, bool flip)
    {
        int original = flip ? Size - 1 - shown : shown;
        return (uint)original < (uint)Size ? original : index;
    }
}

using MpcgLine.Inspection.Tiling;
using MpcgLine.Learning.Datasets;

namespace MpcgLine.Learning.Baselines;

/// <summary>A few good tiles to measure constants on.</summary>
internal static class GoodTiles
{
    /// <summary>The tile in the middle of each image, as inspection would cut it.</summary>
    /// <param name="images">Good images.</param>
    /// <param name="most">Of more images than this, evenly spaced ones are taken.</param>
    public static IReadOnlyList<byte[]> Middle(IReadOnlyList<NamedImage> images, int most)
    {
        int count = Math.Min(images.Count, most);
        List<byte[]> tiles = new(count);
        for (int i = 0; i < count; i++)
        {
            NamedImage image = images[(int)((long)i * images.Count / count)];
            TileGrid grid = new(image.Image.Width, image.Image.Height);
            byte[] tile = new byte[TileGrid.Size * TileGrid.Size];
            grid.CopyTile(image.Image, grid.Rows / 2, grid.Columns / 2, tile);
            tiles.Add(tile);
        }

        return tiles;
    }
}

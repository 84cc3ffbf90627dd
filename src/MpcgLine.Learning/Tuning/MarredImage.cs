using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Tiling;
using MpcgLine.Learning.Datasets;
using MpcgLine.Learning.Training.Defects;

namespace MpcgLine.Learning.Tuning;

/// <summary>A good image with training defects, tile by tile as production cuts it.</summary>
internal static class MarredImage
{
    /// <summary>One of the image's tiles as production sees it, reflection included, <c>[512, 512]</c> gray levels.</summary>
    public static byte[] Tile(GrayImage image, int index)
    {
        TileGrid grid = new(image.Width, image.Height);
        byte[] tile = new byte[TileGrid.Size * TileGrid.Size];
        (int row, int column) = Math.DivRem(index, grid.Columns);
        grid.CopyTile(image, row, column, tile);
        return tile;
    }

    /// <summary>Renders defects; what crosses into a neighbouring tile ends there.</summary>
    /// <param name="image">Stays as it is.</param>
    /// <param name="random">All chance comes from here.</param>
    public static GateImage Render(GrayImage image, Random random)
    {
        TileGrid grid = new(image.Width, image.Height);
        GrayImage marred = new(image.Width, image.Height), mask = new(image.Width, image.Height);
        var renderer = new TrainingDefectRenderer(TileGrid.Size);
        byte[] tileMask = new byte[TileGrid.Size * TileGrid.Size];
        float[] evenly = new float[SurfaceCensus.CellsOf(TileGrid.Size)];
        Array.Fill(evenly, 1);
        for (int tile = 0; tile < grid.Count; tile++)
        {
            (int row, int column) = Math.DivRem(tile, grid.Columns);
            TileOrigin origin = grid.Origin(row, column);
            TilePlace place = new(TileGrid.Size, grid.Across, grid.Along, origin.X, origin.Y, FlipX: false, FlipY: false);
            byte[] pixels = Tile(image, tile);
            renderer.Render(random, pixels, tileMask, evenly, place);
            PixelBox core = grid.Core(row, column);
            for (int y = core.Y; y < core.Bottom; y++)
            {
                int first = ((y - place.Top) * TileGrid.Size) + core.X - place.Left;
                pixels.AsSpan(first, core.Width).CopyTo(marred.Row(y)[core.X..]);
                tileMask.AsSpan(first, core.Width).CopyTo(mask.Row(y)[core.X..]);
            }
        }

        return new GateImage(marred, mask);
    }
}

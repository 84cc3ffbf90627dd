using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Tiling;
using MpcgLine.Learning.Datasets;
using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.Learning.Training;

/// <summary>
/// The part of each tile of a batch that a fusion's step looks at. All windows of a batch are of one size. Immutable; its tensors
/// are made on the training thread.
/// </summary>
internal sealed class TileWindows
{
    /// <summary>
    /// How far around a cell the fusion sees, px: 17 cells of 4 px (the strides add up to 1 + 1 + 1 + 2 + 2 + 4 + 2 + 2 + 1 + 1, from
    /// the first layer to the last), and up to a whole step.
    /// </summary>
    internal const int Reach = 80;

    /// <summary>Windows of <see cref="Draw"/> that are as large as a tile together.</summary>
    public const int PerTile = 4;

    /// <summary>Edge of a window of <see cref="Draw"/>, px: more than the fusion sees to either side, so that some cells see no border of the window.</summary>
    internal const int DrawnSize = TileRowFindings.TileSize / 2;

    // How far a drawn window may reach beyond what is no reflection: the fusion has to know how an image's border is continued.
    private const int Beyond = 48;

    // Edge of the fusion's deepest cells, px: windows begin and end with one.
    private const int Step = 16;

    private readonly (int Left, int Top)[] _corners;
    private readonly int _width, _height;

    private TileWindows((int Left, int Top)[] corners, int width, int height) => (_corners, _width, _height) = (corners, width, height);

    /// <summary>
    /// All that teaches something: what is no reflection of another part, and around it as far as the fusion sees. Of a small
    /// image's tile that is little, and what lies beyond it changes no score on the image.
    /// </summary>
    /// <param name="places">Of the tiles, at least one.</param>
    public static TileWindows Around(IReadOnlyList<TilePlace> places)
    {
        PixelBox[] boxes = [.. places.Select(place => place.Direct())];
        (int Left, int Right)[] columns = [.. boxes.Select(box => Widen(box.X, box.Right))];
        (int Top, int Bottom)[] rows = [.. boxes.Select(box => Widen(box.Y, box.Bottom))];
        int width = columns.Max(c => c.Right - c.Left), height = rows.Max(r => r.Bottom - r.Top);
        return new TileWindows(
            [.. columns.Zip(rows, (c, r) => (Math.Min(c.Left, TileRowFindings.TileSize - width), Math.Min(r.Top, TileRowFindings.TileSize - height)))],
            width,
            height);
    }

    /// <summary>
    /// A quarter of each tile, around the place it was drawn for: neighbouring pixels teach much the same, and a quarter of four
    /// tiles taught more than one whole tile (RESULTS.md, "What was tried" on magnetic tiles).
    /// </summary>
    /// <param name="random">All chance comes from here: where in the window the place lies.</param>
    /// <param name="places">Of the tiles, at least one.</param>
    public static TileWindows Draw(Random random, IReadOnlyList<TilePlace> places) => new(
        [.. places.Select(place =>
        {
            PixelBox direct = place.Direct();
            return (DrawStart(random, place.ShownX, direct.X, direct.Right), DrawStart(random, place.ShownY, direct.Y, direct.Bottom));
        })],
        DrawnSize,
        DrawnSize);

    /// <summary>What of a batch's maps lies in the windows.</summary>
    /// <param name="maps"><c>[N, C, 512 / cell, 512 / cell]</c>, of cells of 1 to 16 px.</param>
    /// <returns>
    /// <c>[N, C, height / cell, width / cell]</c>, channels last in memory, the caller's scope's; <paramref name="maps"/> itself where
    /// the windows are whole tiles.
    /// </returns>
    public Tensor Cut(Tensor maps)
    {
        if (_width == TileRowFindings.TileSize && _height == TileRowFindings.TileSize)
        {
            return maps;
        }

        int cell = TileRowFindings.TileSize / (int)maps.shape[^1];
        Tensor channelsLast = maps.permute(0, 2, 3, 1);
        return cat([.. _corners.Select((corner, tile) => channelsLast.narrow(0, tile, 1).narrow(1, corner.Top / cell, _height / cell).narrow(2, corner.Left / cell, _width / cell))])
            .permute(0, 3, 1, 2);
    }

    /// <summary>First pixel of a window along one axis: on the image where it fits, and about its middle where it does not.</summary>
    private static int DrawStart(Random random, int shown, int first, int end)
    {
        int low = Math.Max(0, first - Beyond), high = Math.Min(TileRowFindings.TileSize, end + Beyond) - DrawnSize;
        // A step less than the window is wide, since windows begin with a whole one.
        int start = high < low ? (low + high) / 2 : Math.Clamp(shown - random.Next(DrawnSize - Step + 1), low, high);
        return Math.Clamp(start, 0, TileRowFindings.TileSize - DrawnSize) / Step * Step;
    }

    private static (int First, int End) Widen(int first, int end) => (
        Math.Max(0, first - Reach) / Step * Step,
        Math.Min(TileRowFindings.TileSize, (end + Reach + Step - 1) / Step * Step));
}

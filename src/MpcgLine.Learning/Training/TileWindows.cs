using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Tiling;
using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.Learning.Training;

/// <summary>
/// The part of each tile of a batch that a fusion's step has to look at: what is no reflection of another part, and around it
/// as far as the fusion sees. Of a small image's tile that is little, and what lies beyond it changes no score on the image. All
/// windows of a batch are of one size. Immutable; its tensors are made on the training thread.
/// </summary>
internal sealed class TileWindows
{
    /// <summary>
    /// How far around a cell the fusion sees, px: 17 cells of 4 px (the strides add up to 1 + 1 + 1 + 2 + 2 + 4 + 2 + 2 + 1 + 1, from
    /// the first layer to the last), and up to a whole step.
    /// </summary>
    internal const int Reach = 80;

    // Edge of the fusion's deepest cells, px: windows begin and end with one.
    private const int Step = 16;

    private readonly (int Left, int Top)[] _corners;
    private readonly int _width, _height;

    private TileWindows((int Left, int Top)[] corners, int width, int height) => (_corners, _width, _height) = (corners, width, height);

    /// <summary>Windows around a box of each tile.</summary>
    /// <param name="boxes">At least one, in px of their tiles, inside them.</param>
    public static TileWindows Around(IReadOnlyList<PixelBox> boxes)
    {
        (int Left, int Right)[] columns = [.. boxes.Select(box => Widen(box.X, box.Right))];
        (int Top, int Bottom)[] rows = [.. boxes.Select(box => Widen(box.Y, box.Bottom))];
        int width = columns.Max(c => c.Right - c.Left), height = rows.Max(r => r.Bottom - r.Top);
        return new TileWindows(
            [.. columns.Zip(rows, (c, r) => (Math.Min(c.Left, TileRowFindings.TileSize - width), Math.Min(r.Top, TileRowFindings.TileSize - height)))],
            width,
            height);
    }

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

    private static (int First, int End) Widen(int first, int end) => (
        Math.Max(0, first - Reach) / Step * Step,
        Math.Min(TileRowFindings.TileSize, (end + Reach + Step - 1) / Step * Step));
}

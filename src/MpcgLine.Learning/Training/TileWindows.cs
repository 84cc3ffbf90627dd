using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Tiling;
using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.Learning.Training;

/// <summary>
/// The part of each tile of a batch that a fusion's step has to look at: what is no reflection of another part, and around it
/// as far as the fusion sees. Of a small image's tile that is little, and all beyond it would be computed without changing any
/// score that counts. All windows of a batch are of one size.
/// </summary>
internal sealed class TileWindows
{
    /// <summary>How far the fusion sees, px: 20 of its cells.</summary>
    public const int Reach = 80;

    // Edge of the fusion's deepest cells: windows begin and end with one.
    private const int Step = 16;

    private readonly (int Left, int Top)[] _corners;
    private readonly int _width, _height;

    private TileWindows((int Left, int Top)[] corners, int width, int height) => (_corners, _width, _height) = (corners, width, height);

    /// <summary>Windows around a box of each tile, px.</summary>
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
    /// <param name="maps"><c>[N, C, 512 / cell, 512 / cell]</c>.</param>
    /// <returns><c>[N, C, height / cell, width / cell]</c>, channels last in memory where it is no longer the whole map.</returns>
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

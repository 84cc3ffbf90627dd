using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Stitching;

namespace MpcgLine.Learning.Datasets.Cutting;

/// <summary>
/// Cuts panels into square tiles that lie wholly inside the inspected area. Tiles lie side by side; the last of a row,
/// and the last row, move inward so that they too are whole. One thread.
/// </summary>
public sealed class TileCutter
{
    private readonly int _size;
    private readonly InspectedLines _inspected;

    /// <summary>Cuts tiles of one size.</summary>
    /// <param name="size">Edge of a tile, px, at least 32.</param>
    /// <param name="edges">Where the part lies in the images; nothing outside it is cut.</param>
    public TileCutter(int size, EdgeOptions edges)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 32);
        ArgumentNullException.ThrowIfNull(edges);
        _size = size;
        _inspected = new InspectedLines(edges);
    }

    /// <summary>Where the tiles of an image lie, row by row, px of the image.</summary>
    /// <param name="name">What the image is called in errors.</param>
    /// <param name="image">At least 32 x 32 px.</param>
    /// <exception cref="DatasetException">No part is found in the image, or no whole tile fits into it.</exception>
    public IReadOnlyList<PixelBox> Find(string name, GrayImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (Math.Min(image.Width, image.Height) < _size)
        {
            throw NoTile(name, image);
        }

        (int First, int End)[] lines = _inspected.Find(name, image);
        int top = Array.FindIndex(lines, l => l.First < l.End), bottom = Array.FindLastIndex(lines, l => l.First < l.End) + 1;
        var boxes = new List<PixelBox>();
        foreach (int y in Places(top, bottom))
        {
            (int First, int End)[] rows = lines[y..(y + _size)];
            boxes.AddRange(Places(rows.Max(l => l.First), rows.Min(l => l.End)).Select(x => new PixelBox(x, y, _size, _size)));
        }

        return boxes.Count > 0 ? boxes : throw NoTile(name, image);
    }

    /// <summary>The pixels of a box.</summary>
    public static GrayImage Cut(GrayImage image, PixelBox box)
    {
        ArgumentNullException.ThrowIfNull(image);
        GrayImage tile = new(box.Width, box.Height);
        for (int y = 0; y < box.Height; y++)
        {
            image.Row(box.Y + y).Slice(box.X, box.Width).CopyTo(tile.Row(y));
        }

        return tile;
    }

    private DatasetException NoTile(string name, GrayImage image) => new(
        $"{name}: no tile of {_size} x {_size} px fits into what is inspected of its {image.Width} x {image.Height} px; choose a smaller --size.");

    private IEnumerable<int> Places(int first, int end)
    {
        int room = end - first - _size;
        for (int at = 0; at < room + _size && room >= 0; at += _size)
        {
            yield return first + Math.Min(at, room);
        }
    }
}

namespace MpcgLine.Learning.Training.Defects;

/// <summary>How far a defect covers each pixel of a tile, 0..1: its soft-edged outline. Reused; one thread.</summary>
/// <param name="size">Edge of the tile, px.</param>
internal sealed class CoverMap(int size)
{
    private readonly float[] _cover = new float[size * size];

    /// <summary>Edge of the tile, px.</summary>
    public int Size => size;

    /// <summary>Cover of a pixel on the tile.</summary>
    public float this[int x, int y] => _cover[(y * size) + x];

    /// <summary>Covers every pixel of an area as far as a function says, where more than it was.</summary>
    /// <param name="area">What lies beyond the tile is left out.</param>
    /// <param name="insideBy">How far a pixel lies inside the outline, in widths of the rim: half covered at 0, fully from 0.5.</param>
    /// <returns>The area.</returns>
    public PixelArea Fill(PixelArea area, Func<int, int, double> insideBy)
    {
        PixelArea clipped = area.Clip(size);
        for (int y = clipped.Top; y < clipped.Bottom; y++)
        {
            for (int x = clipped.Left; x < clipped.Right; x++)
            {
                ref float target = ref _cover[(y * size) + x];
                target = Math.Max(target, (float)Math.Clamp(0.5 + insideBy(x, y), 0, 1));
            }
        }

        return area;
    }

    /// <summary>Covers a disc.</summary>
    public PixelArea FillDisc(double cx, double cy, double radius, double rim)
    {
        PixelArea area = PixelArea.Around(cx, cy, radius + rim + 1), clipped = area.Clip(size);
        for (int y = clipped.Top; y < clipped.Bottom; y++)
        {
            for (int x = clipped.Left; x < clipped.Right; x++)
            {
                double distance = Math.Sqrt(((x - cx) * (x - cx)) + ((y - cy) * (y - cy)));
                ref float target = ref _cover[(y * size) + x];
                target = Math.Max(target, (float)Math.Clamp(0.5 + ((radius - distance) / rim), 0, 1));
            }
        }

        return area;
    }

    /// <summary>Uncovers an area.</summary>
    public void Clear(PixelArea area)
    {
        PixelArea clipped = area.Clip(size);
        for (int y = clipped.Top; y < clipped.Bottom; y++)
        {
            _cover.AsSpan((y * size) + clipped.Left, clipped.Right - clipped.Left).Clear();
        }
    }
}

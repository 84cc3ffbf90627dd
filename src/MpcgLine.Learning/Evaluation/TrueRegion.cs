using MpcgLine.Inspection.Primitives;

namespace MpcgLine.Learning.Evaluation;

/// <summary>The pixels of one true defect, as its mask shows them inside its box.</summary>
public sealed class TrueRegion
{
    private readonly byte[] _mask;

    /// <summary>Copies the region's pixels.</summary>
    /// <param name="box">Its bounding box, image px.</param>
    /// <param name="mask"><c>[box.Height, box.Width]</c>, not 0 on the defect.</param>
    /// <exception cref="ArgumentException">The mask has another size, or no pixel of the defect.</exception>
    public TrueRegion(PixelBox box, ReadOnlySpan<byte> mask)
    {
        if (mask.Length != box.Width * box.Height || mask.IndexOfAnyExcept((byte)0) < 0)
        {
            throw new ArgumentException(
                $"The mask of a region of {box.Width} x {box.Height} px has {mask.Length} px, and at least one must be set.", nameof(mask));
        }

        Box = box;
        _mask = mask.ToArray();
        DilatedArea = CountDilated();
    }

    /// <summary>Its bounding box.</summary>
    public PixelBox Box { get; }

    /// <summary>Pixels whose centre lies within <see cref="RegionMatcher.Reach"/> px of a pixel of the region.</summary>
    public int DilatedArea { get; }

    /// <summary>Whether a box overlaps a pixel of the region, or lies within <see cref="RegionMatcher.Reach"/> px of one.</summary>
    public bool IsNear(PixelBox found)
    {
        // Only pixels within reach of the box: most boxes of an image are far from most regions.
        int firstY = Math.Max(0, found.Y - RegionMatcher.Reach - Box.Y), endY = Math.Min(Box.Height, found.Bottom + RegionMatcher.Reach - Box.Y);
        int firstX = Math.Max(0, found.X - RegionMatcher.Reach - Box.X), endX = Math.Min(Box.Width, found.Right + RegionMatcher.Reach - Box.X);
        for (int y = firstY; y < endY; y++)
        {
            for (int x = firstX; x < endX; x++)
            {
                if (_mask[(y * Box.Width) + x] != 0 && SquaredDistance(found, Box.X + x, Box.Y + y) <= RegionMatcher.Reach * RegionMatcher.Reach)
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static int SquaredDistance(PixelBox box, int x, int y)
    {
        int dx = Math.Max(0, Math.Max(box.X - x, x - (box.Right - 1)));
        int dy = Math.Max(0, Math.Max(box.Y - y, y - (box.Bottom - 1)));
        return (dx * dx) + (dy * dy);
    }

    private int CountDilated()
    {
        const int reach = RegionMatcher.Reach;
        int width = Box.Width + (2 * reach);
        int height = Box.Height + (2 * reach);
        bool[] dilated = new bool[width * height];
        for (int i = 0; i < _mask.Length; i++)
        {
            if (_mask[i] == 0)
            {
                continue;
            }

            (int y, int x) = Math.DivRem(i, Box.Width);
            for (int dy = -reach; dy <= reach; dy++)
            {
                for (int dx = -reach; dx <= reach; dx++)
                {
                    if ((dx * dx) + (dy * dy) <= reach * reach)
                    {
                        dilated[((y + reach + dy) * width) + x + reach + dx] = true;
                    }
                }
            }
        }

        return dilated.Count(isSet => isSet);
    }
}

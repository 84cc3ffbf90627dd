using MpcgLine.Inspection.Tiling;

namespace MpcgLine.Learning.Baselines;

/// <summary>Median of a square around every pixel, by a histogram that slides along each line (Huang et al. 1979).</summary>
internal static class MedianFilter
{
    private const int Size = TileRowFindings.TileSize, Levels = 256;

    /// <summary>Filters a tile; only inspected pixels are counted, and of an even number the lower middle one is taken.</summary>
    /// <param name="source"><c>[512, 512]</c>.</param>
    /// <param name="inspected"><c>[512, 512]</c>, 1 where a pixel counts.</param>
    /// <param name="edge">Edge of the square, px; odd.</param>
    /// <param name="target"><c>[512, 512]</c>, overwritten; 0 where no pixel of the square counts.</param>
    public static void Apply(ReadOnlySpan<byte> source, ReadOnlySpan<byte> inspected, int edge, Span<byte> target)
    {
        int reach = edge / 2;
        Span<int> histogram = stackalloc int[Levels];
        for (int y = 0; y < Size; y++)
        {
            histogram.Clear();
            Window window = new(histogram, Math.Max(0, y - reach), Math.Min(Size - 1, y + reach));
            for (int x = -reach; x < Size; x++)
            {
                window.Count(source, inspected, x + reach, 1);
                window.Count(source, inspected, x - reach - 1, -1);
                if (x >= 0)
                {
                    target[(y * Size) + x] = window.Median();
                }
            }
        }
    }

    /// <summary>The pixels of the square and where their middle lies.</summary>
    private ref struct Window(Span<int> histogram, int top, int bottom)
    {
        private readonly Span<int> _histogram = histogram;
        private int _count;
        private int _median;

        // Pixels of a lower level than the middle one.
        private int _below;

        /// <summary>Adds or takes away a column's pixels; columns outside the tile have none.</summary>
        public void Count(ReadOnlySpan<byte> source, ReadOnlySpan<byte> inspected, int x, int sign)
        {
            if (x is < 0 or >= Size)
            {
                return;
            }

            for (int y = top; y <= bottom; y++)
            {
                int i = (y * Size) + x;
                if (inspected[i] != 0)
                {
                    _histogram[source[i]] += sign;
                    _count += sign;
                    _below += source[i] < _median ? sign : 0;
                }
            }
        }

        public byte Median()
        {
            int half = (_count - 1) / 2;
            if (_count == 0)
            {
                return 0;
            }

            while (_below > half)
            {
                _below -= _histogram[--_median];
            }

            while (_below + _histogram[_median] <= half)
            {
                _below += _histogram[_median++];
            }

            return (byte)_median;
        }
    }
}

using MpcgLine.Learning.Baselines;

namespace MpcgLine.UnitTests.Baselines;

public sealed class MedianFilterTests
{
    private const int Size = Surface.Size;

    [Theory]
    [InlineData(3)]
    [InlineData(9)]
    public void Apply_RandomTile_IsTheMiddleOfTheInspectedNeighbours(int edge)
    {
        Random random = new(edge);
        byte[] tile = new byte[Size * Size], inspected = new byte[Size * Size], filtered = new byte[Size * Size];
        random.NextBytes(tile);
        for (int i = 0; i < inspected.Length; i++)
        {
            inspected[i] = (byte)(random.Next(4) > 0 ? 1 : 0);
        }

        MedianFilter.Apply(tile, inspected, edge, filtered);

        foreach (int pixel in Enumerable.Range(0, 200).Select(i => i < 100 ? random.Next(tile.Length) : i))
        {
            Assert.Equal(Middle(tile, inspected, pixel % Size, pixel / Size, edge / 2), filtered[pixel]);
        }
    }

    [Theory]
    [InlineData(4, 0)]
    [InlineData(5, 100)]
    public void Apply_StripOfTheChosenEdge_ErasesFourPixelsAndKeepsFive(int width, int left)
    {
        byte[] tile = new byte[Size * Size], filtered = new byte[Size * Size];
        for (int i = 0; i < tile.Length; i++)
        {
            tile[i] = (byte)(i % Size >= 200 && i % Size < 200 + width ? 100 : 0);
        }

        MedianFilter.Apply(tile, Surface.Whole, MedianRule.Edge, filtered);

        Assert.Equal(left, filtered.Max());
    }

    private static byte Middle(byte[] tile, byte[] inspected, int x, int y, int reach)
    {
        List<byte> levels = [];
        for (int yy = Math.Max(0, y - reach); yy <= Math.Min(Size - 1, y + reach); yy++)
        {
            for (int xx = Math.Max(0, x - reach); xx <= Math.Min(Size - 1, x + reach); xx++)
            {
                if (inspected[(yy * Size) + xx] != 0)
                {
                    levels.Add(tile[(yy * Size) + xx]);
                }
            }
        }

        levels.Sort();
        return levels.Count == 0 ? (byte)0 : levels[(levels.Count - 1) / 2];
    }
}

using MpcgLine.Learning.Training.Defects;

namespace MpcgLine.UnitTests.Training.Defects;

public sealed class DefectShapesTests
{
    private const int Size = 512;

    [Fact]
    public void Cover_ManyShapes_CoverSomethingAndNothingBeyondTheirArea()
    {
        var map = new CoverMap(Size);
        var random = new Random(2);
        for (int i = 0; i < 300; i++)
        {
            PixelArea area = DefectShapes.Cover(random, map, random.Next(Size), random.Next(Size), width: 3 + (i % 18)).Clip(Size);
            int inside = 0;
            for (int y = area.Top; y < area.Bottom; y++)
            {
                for (int x = area.Left; x < area.Right; x++)
                {
                    inside += map[x, y] > 0.5 ? 1 : 0;
                }
            }

            map.Clear(area);

            Assert.True(inside > 0, $"shape {i} covers nothing");
            Assert.True(IsBlank(map), $"shape {i} covers pixels beyond {area}");
        }
    }

    private static bool IsBlank(CoverMap map) => Enumerable.Range(0, Size * Size).All(i => map[i % Size, i / Size] <= 0);
}

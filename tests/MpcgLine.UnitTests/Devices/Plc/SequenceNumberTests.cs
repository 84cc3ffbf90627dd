using MpcgLine.Devices.Plc;

namespace MpcgLine.UnitTests.Devices.Plc;

public sealed class SequenceNumberTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 2)]
    [InlineData(65527, 65528)]
    [InlineData(65528, 1)]
    public void Next_SkipsZeroAndWrapsAfter65528(int sequence, int next) =>
        Assert.Equal(next, SequenceNumber.Next((ushort)sequence));

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(0, 1, 1)]
    [InlineData(0, 65528, 65528)]
    [InlineData(5, 5, 0)]
    [InlineData(65528, 1, 1)]
    [InlineData(65525, 4, 7)]
    [InlineData(4, 3, 65527)]
    public void Distance_CountsStepsOfNext(int from, int to, int steps) =>
        Assert.Equal(steps, SequenceNumber.Distance((ushort)from, (ushort)to));

    [Fact]
    public void SlotOf_AcrossTheWrap_NeverCollidesWithinEight()
    {
        ushort sequence = 65520;
        var slots = new List<int>();
        for (int i = 0; i < 24; i++)
        {
            slots.Add(RegisterMap.ResultSlotAt(sequence));
            sequence = SequenceNumber.Next(sequence);
        }

        for (int i = 0; i + 8 <= slots.Count; i++)
        {
            Assert.Equal(8, slots.Skip(i).Take(8).Distinct().Count());
        }
    }
}

using System.Globalization;
using MpcgLine.Devices.Plc;
using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Verdicts;

namespace MpcgLine.UnitTests.Devices.Plc;

public sealed class RegisterMapTests
{
    public static TheoryData<string, int> Tables => new()
    {
        { "## D2P head", 0 },
        { "## D2P result slot", 1 },
        { "## P2D head", 2 },
        { "## P2D part slot", 3 },
    };

    private static IReadOnlyList<RegisterEntry>[] Maps =>
        [RegisterMap.DaemonHead, RegisterMap.ResultSlot, RegisterMap.PlcHead, RegisterMap.PartSlot];

    [Theory]
    [MemberData(nameof(Tables))]
    public void HardwareDocument_EveryTable_IsTheCodes(string heading, int map)
    {
        IEnumerable<string> expected = Maps[map].Select(e =>
            $"| {Offsets(e)} | {e.Name} | {e.Meaning} |");

        Assert.Equal(expected, RowsUnder(heading));
    }

    [Theory]
    [InlineData(0, RegisterMap.DaemonHeadLength)]
    [InlineData(1, RegisterMap.SlotLength)]
    [InlineData(2, RegisterMap.PlcHeadLength)]
    [InlineData(3, RegisterMap.SlotLength)]
    public void Entries_CoverTheirBlockWithoutGapOrOverlap(int map, int length)
    {
        int next = 0;
        foreach (RegisterEntry entry in Maps[map])
        {
            Assert.Equal(next, entry.Offset);
            next += entry.Length;
        }

        Assert.Equal(length, next);
    }

    [Fact]
    public void Blocks_EndWithTheirLastSlot()
    {
        Assert.Equal(RegisterMap.DaemonLength, RegisterMap.ResultSlotAt(7) + RegisterMap.SlotLength);
        Assert.Equal(RegisterMap.PlcLength, RegisterMap.PartSlotAt(3) + RegisterMap.SlotLength);
        Assert.Equal(RegisterMap.DaemonHeadLength, RegisterMap.ResultSlotAt(65528));
    }

    [Fact]
    public void ResultSlot_Written_LiesAtTheContractsOffsets()
    {
        var registers = new ushort[8];

        new ResultSlot(9, 0x5AA5, 0x00010002, new EncoderCount(0xFFFE0003), 4, 9).Write(registers, WordOrder.HighFirst);

        Assert.Equal([9, 0x5AA5, 1, 2, 0xFFFE, 3, 4, 9], registers);
        Assert.Equal(new ResultSlot(9, 0x5AA5, 0x00010002, new EncoderCount(0xFFFE0003), 4, 9), ResultSlot.Read(registers, WordOrder.HighFirst));
    }

    [Fact]
    public void PartSlot_LowWordFirst_IsSwapped()
    {
        var registers = new ushort[8];

        new PartSlot(5, 0x00010002, new EncoderCount(0xFFFE0003), 1, 5).Write(registers, WordOrder.LowFirst);

        Assert.Equal([5, 2, 1, 3, 0xFFFE, 1, 0, 5], registers);
    }

    [Theory]
    [InlineData(Verdict.Accept, NotInspectedReason.None, 0x5AA5)]
    [InlineData(Verdict.Reject, NotInspectedReason.None, 0xA55A)]
    [InlineData(Verdict.NotInspected, NotInspectedReason.Deadline, 0x0E04)]
    [InlineData(Verdict.NotInspected, NotInspectedReason.PartBinding, 0x0E09)]
    public void VerdictWord_OfVerdict_IsTheContracts(Verdict verdict, NotInspectedReason reason, int word) =>
        Assert.Equal(word, VerdictWord.Of(verdict, reason));

    [Fact]
    public void VerdictWord_EveryOtherWord_NeverAccepts()
    {
        for (int word = 0; word <= ushort.MaxValue; word++)
        {
            Assert.Equal(word == 0x5AA5, VerdictWord.Meaning((ushort)word) == Verdict.Accept);
        }
    }

    private static string Offsets(RegisterEntry entry) => entry.Length == 1
        ? entry.Offset.ToString(CultureInfo.InvariantCulture)
        : $"{entry.Offset}-{entry.Offset + entry.Length - 1}";

    private static IEnumerable<string> RowsUnder(string heading) =>
        File.ReadLines(Path.Combine(AppContext.BaseDirectory, "hardware", "plc-register-map.md"))
            .SkipWhile(l => !l.StartsWith(heading, StringComparison.Ordinal))
            .Skip(3)
            .TakeWhile(l => l.StartsWith('|'));
}

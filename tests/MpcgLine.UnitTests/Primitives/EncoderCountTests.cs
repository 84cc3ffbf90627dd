using CsCheck;
using MpcgLine.Inspection.Primitives;

namespace MpcgLine.UnitTests.Primitives;

public sealed class EncoderCountTests
{
    [Fact]
    public void DistanceTo_AcrossTheWrap_IsTheShortWayRound()
    {
        EncoderCount before = new(0xFFFF_FFF0);
        EncoderCount after = new(0x10);

        Assert.Equal(0x20, before.DistanceTo(after));
        Assert.Equal(-0x20, after.DistanceTo(before));
    }

    [Fact]
    public void Advance_AnyIntDistance_IsUndoneByDistanceTo() =>
        Gen.Select(Gen.UInt, Gen.Int).Sample((start, counts) =>
        {
            EncoderCount from = new(start);
            return from.DistanceTo(from.Advance(counts)) == counts;
        });
}

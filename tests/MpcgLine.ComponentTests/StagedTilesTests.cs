using MpcgLine.Inspection;

namespace MpcgLine.ComponentTests;

[Collection(TensorTests.Name)]
public sealed class StagedTilesTests
{
    [Fact]
    public void MarkWhollyInspected_AfterOtherContents_IsAlwaysWhole()
    {
        using StagedTiles staged = new(2, pinned: false);
        for (int turn = 0; turn < 3; turn++)
        {
            staged.MarkWhollyInspected(1);
            staged.MarkWhollyInspected(1);
            Assert.False(staged.Inspected(1).ContainsAnyExcept((byte)1));
            staged.Inspected(1)[turn] = 0;
        }

        Assert.False(staged.Inspected(0).ContainsAnyExcept((byte)0));
        Assert.Equal(0, staged.Inspected(1)[2]);
    }

    [Fact]
    public void MarkOutside_BetweenOtherContents_IsForgottenByTheNext()
    {
        using StagedTiles staged = new(2, pinned: false);
        for (int turn = 0; turn < 3; turn++)
        {
            staged.MarkWhollyInspected(1);
            Assert.False(staged.IsOutside(1));
            staged.MarkOutside(1);
            staged.MarkOutside(1);
            Assert.True(staged.IsOutside(1));
            Assert.False(staged.Inspected(1).ContainsAnyExcept((byte)0));
            Assert.False(staged.IsOutside(1));
        }

        Assert.False(staged.IsOutside(0));
    }
}

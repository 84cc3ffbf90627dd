using MpcgLine.Inspection.Tiling;

namespace MpcgLine.UnitTests.Tiling;

public sealed class TileRowFindingsTests
{
    [Fact]
    public void MayBeDefective_WrittenAndCleared_FollowsThePixels()
    {
        TileRowFindings findings = new(2);
        Assert.False(findings.MayBeDefective(1));

        findings.WritableDefective(1)[77] = 1;

        Assert.True(findings.MayBeDefective(1));
        Assert.False(findings.MayBeDefective(0));
        Assert.Equal(1, findings.Defective(1)[77]);
        findings.ClearDefective(1);
        Assert.False(findings.MayBeDefective(1));
        Assert.False(findings.Defective(1).ContainsAnyExcept((byte)0));
    }
}

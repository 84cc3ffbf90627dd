using MpcgLine.Learning.Calibration;

namespace MpcgLine.UnitTests.Calibration;

public sealed class CalibrationOptionsTests
{
    [Theory]
    [InlineData(1, 0.5)]
    [InlineData(12, 1 / 13.0)]
    [InlineData(49, 0.02)]
    [InlineData(300, 0.02)]
    public void UsualTarget_FewParts_IsTheChanceOfTheNextOne(int parts, double expected) =>
        Assert.Equal(expected, CalibrationOptions.UsualTarget(parts), 1e-12);
}

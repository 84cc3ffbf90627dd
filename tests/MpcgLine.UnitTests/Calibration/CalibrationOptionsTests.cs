using MpcgLine.Learning.Calibration;

namespace MpcgLine.UnitTests.Calibration;

public sealed class CalibrationOptionsTests
{
    [Theory]
    [InlineData(1, 0.5)]
    [InlineData(12, 1 / 13.0)]
    [InlineData(49, 0.02)]
    [InlineData(300, 0.02)]
    public void TargetFor_NothingAskedFor_IsTheChanceOfTheNextPartOrTwoInAHundred(int parts, double expected) =>
        Assert.Equal(expected, new CalibrationOptions().TargetFor(parts), 1e-12);

    [Fact]
    public void TargetFor_AskedFor_IsThat() => Assert.Equal(0.01, new CalibrationOptions { TargetRate = 0.01 }.TargetFor(3));
}

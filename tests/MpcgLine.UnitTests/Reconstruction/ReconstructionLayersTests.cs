using MpcgLine.Inspection.Reconstruction;

namespace MpcgLine.UnitTests.Reconstruction;

public sealed class ReconstructionLayersTests
{
    [Fact]
    public void Table4_Width1_HasThePapersParameterCount() =>
        Assert.Equal(11_243_089, ReconstructionLayers.Table4(1).Sum(layer => layer.ParameterCount));

    [Fact]
    public void Table4_HalfWidth_HasAQuarterOfTheParameters()
    {
        double ratio = ReconstructionLayers.Table4(0.5).Sum(layer => layer.ParameterCount) / 11_243_089.0;

        Assert.InRange(ratio, 0.24, 0.26);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1.5)]
    [InlineData(double.NaN)]
    public void Table4_WidthOutOfRange_NamesTheRange(double width)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => ReconstructionLayers.Table4(width));

        Assert.Contains("0.125..1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Table4_EveryLayer_TakesWhatTheOneBeforeGives()
    {
        IReadOnlyList<LayerShape> layers = ReconstructionLayers.Table4(0.5);

        Assert.Equal(layers.Take(19).Select(l => l.OutChannels), layers.Skip(1).Select(l => l.InChannels));
    }

    [Fact]
    public void OutputSize_ATileThroughTable4_IsThatOfEveryRow()
    {
        int size = 512;

        Assert.Equal(
            [256, 128, 128, 64, 64, 32, 32, 16, 16, 9, 16, 16, 32, 32, 64, 64, 128, 128, 256, 512],
            ReconstructionLayers.Table4(1).Select(layer => size = layer.OutputSize(size)));
    }
}

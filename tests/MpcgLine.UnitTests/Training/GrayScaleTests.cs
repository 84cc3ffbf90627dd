using MpcgLine.Inspection.Difference;
using MpcgLine.Inspection.Primitives;
using MpcgLine.Learning.Datasets;
using MpcgLine.Learning.Training;

namespace MpcgLine.UnitTests.Training;

public sealed class GrayScaleTests
{
    [Fact]
    public void Of_CheckeredTexture_IsItsDeviation() =>
        // Half 110, half 130: deviation 10.
        Assert.Equal(10, GrayScale.Of([Image(128, (x, y) => ((x + y) % 2 == 0) ? 110 : 130)]), 1e-4);

    [Fact]
    public void Of_FlatSurroundings_AreLeftOut() =>
        Assert.Equal(10, GrayScale.Of([Image(256, (x, y) => x < 192 ? 0 : (x + y) % 2 == 0 ? 110 : 130)]), 1e-4);

    [Fact]
    public void Of_ExtremeTexture_IsClampedToWhatABundleMayHold() =>
        Assert.Equal(FusionFeatures.MaxGrayScale, GrayScale.Of([Image(64, (x, y) => (x + y) % 2 == 0 ? 0 : 255)]));

    [Fact]
    public void Of_FlatImages_SaysThereIsNothingToLearn() =>
        Assert.Contains("flat", Assert.Throws<DatasetException>(() => GrayScale.Of([Image(64, (_, _) => 90)])).Message, StringComparison.Ordinal);

    private static NamedImage Image(int edge, Func<int, int, int> level)
    {
        byte[] pixels = new byte[edge * edge];
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (byte)level(i % edge, i / edge);
        }

        return new NamedImage("test", new GrayImage(edge, edge, pixels));
    }
}

using System.Text.Json;
using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Learning.Losses;
using MpcgLine.Learning.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.ComponentTests.Losses;

/// <summary>Against reference.json, which reference.py beside it computes with numpy and scipy alone.</summary>
[Collection(TensorTests.Name)]
public sealed class ReconstructionLossTests
{
    // Single precision against double over windows of 121 px.
    private const double Tolerance = 2e-5;

    private static readonly JsonElement Reference = JsonDocument.Parse(
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Losses", "reference.json"))).RootElement;

    [Theory]
    [InlineData(LossKind.WeightedSsim)]
    [InlineData(LossKind.Ssim)]
    [InlineData(LossKind.WeightedMse)]
    [InlineData(LossKind.Mse)]
    public void Forward_EveryKind_MatchesIndependentScript(LossKind kind)
    {
        using var scope = NewDisposeScope();
        using var loss = new ReconstructionLoss(kind);

        double value = loss.Forward(Image("source"), Image("reconstruction")).ToDouble();

        double expected = Reference.GetProperty(kind.ToString()).GetDouble();
        Assert.InRange(value, expected * (1 - 1e-3) - 1e-7, expected * (1 + 1e-3) + 1e-7);
    }

    [Theory]
    [InlineData(LossKind.WeightedSsim)]
    [InlineData(LossKind.Ssim)]
    [InlineData(LossKind.WeightedMse)]
    [InlineData(LossKind.Mse)]
    public void Forward_ImageOfSeveralBlocks_MatchesIndependentScript(LossKind kind)
    {
        using var scope = NewDisposeScope();
        using var loss = new ReconstructionLoss(kind);
        JsonElement blocks = Reference.GetProperty("blocks");
        int height = blocks.GetProperty("height").GetInt32(), width = blocks.GetProperty("width").GetInt32();
        float[] source = new float[height * width], reconstruction = new float[height * width];
        for (int i = 0; i < source.Length; i++)
        {
            (int row, int column) = Math.DivRem(i, width);
            double level = 0.5 + (0.3 * Math.Sin(row / 3.0) * Math.Cos(column / 5.0)) + (0.1 * Math.Sin(row * column / 50.0));
            source[i] = (float)level;
            reconstruction[i] = (float)((0.9 * level) + 0.04 + (0.03 * Math.Sin((1.7 * row) + (0.9 * column))));
        }

        double value = loss.Forward(tensor(source, [1, 1, height, width]), tensor(reconstruction, [1, 1, height, width])).ToDouble();

        double expected = blocks.GetProperty(kind.ToString()).GetDouble();
        Assert.InRange(value, expected * (1 - 1e-3), expected * (1 + 1e-3));
    }

    [Fact]
    public void Ssim_EveryPixel_MatchesIndependentScript()
    {
        using var scope = NewDisposeScope();
        using var loss = new ReconstructionLoss(LossKind.Ssim);

        float[] ssim = TensorArrays.From(loss.Ssim(Image("source"), Image("reconstruction"))).Values;

        // Differences of nearly equal means lose digits; 9e-4 in the denominator bounds what that costs.
        AssertClose(Values("ssim"), ssim, 2e-3);
    }

    [Fact]
    public void Weights_EveryPixel_MatchIndependentScriptAndSumToOne()
    {
        using var scope = NewDisposeScope();
        using var loss = new ReconstructionLoss(LossKind.WeightedSsim);

        float[] weights = TensorArrays.From(loss.Weights(Image("source"))).Values;

        AssertClose(Values("weights"), weights, Tolerance / 100);
        Assert.Equal(1, weights.Sum(w => (double)w), 1e-5);
    }

    [Fact]
    public void Forward_BatchOfTwo_IsTheMeanOfBoth()
    {
        using var scope = NewDisposeScope();
        using var loss = new ReconstructionLoss(LossKind.WeightedSsim);
        Tensor a = Image("source"), b = Image("reconstruction");

        double both = loss.Forward(cat([a, b]), cat([b, a])).ToDouble();

        Assert.Equal((loss.Forward(a, b).ToDouble() + loss.Forward(b, a).ToDouble()) / 2, both, 1e-5);
    }

    [Fact]
    public void Forward_PixelsOfImportance_CountAThirdOfTheAddedErrorByIt()
    {
        using var scope = NewDisposeScope();
        using var loss = new ReconstructionLoss(LossKind.Mse, pixelTerm: 3);
        Tensor source = Image("source"), importance = ones_like(source);
        importance.narrow(3, 0, 8).fill_(5);
        Tensor error = (source - Image("reconstruction")).abs();

        double plain = loss.Forward(source, Image("reconstruction")).ToDouble();
        double weighted = loss.Forward(source, Image("reconstruction"), importance).ToDouble();

        Assert.Equal((error * (importance - 1)).mean().ToDouble(), weighted - plain, 1e-6);
        Assert.True(weighted > plain + 1e-4);
    }

    private static Tensor Image(string name) =>
        tensor(Values(name), [1, 1, Reference.GetProperty("height").GetInt64(), Reference.GetProperty("width").GetInt64()]);

    private static float[] Values(string name) => [.. Reference.GetProperty(name).EnumerateArray().Select(v => v.GetSingle())];

    private static void AssertClose(float[] expected, float[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.True(Math.Abs(expected[i] - actual[i]) <= tolerance, $"at {i}: {actual[i]}, expected {expected[i]}");
        }
    }
}

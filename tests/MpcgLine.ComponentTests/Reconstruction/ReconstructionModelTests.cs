using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Learning.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.ComponentTests.Reconstruction;

[Collection(TensorTests.Name)]
public sealed class ReconstructionModelTests
{
    [Fact]
    public void RunLayer_Width1_HasTheShapesOfTable4()
    {
        using var scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        using var network = new TrainableNetwork(ReconstructionLayers.Table4(1), ScalarType.Float32, new Random(1));
        Tensor x = network.Enter(Uniform(1, seed: 1));
        var shapes = new List<string>();
        for (int i = 0; i < 20; i++)
        {
            x = network.RunLayer(i, x, training: true);
            shapes.Add(string.Join('x', x.shape.Skip(1)));
        }

        Assert.Equal(
            [
                "32x256x256",
                "64x128x128", "64x128x128",
                "128x64x64", "128x64x64",
                "256x32x32", "256x32x32",
                "256x16x16", "256x16x16",
                "200x9x9",
                "256x16x16",
                "256x16x16", "256x32x32",
                "256x32x32", "128x64x64",
                "128x64x64", "64x128x128",
                "64x128x128", "32x256x256",
                "1x512x512",
            ],
            shapes);
    }

    [Fact]
    public void Reconstruct_FoldedNetwork_EqualsUnfolded()
    {
        using var scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        using var network = new TrainableNetwork(ReconstructionLayers.Table4(0.25), ScalarType.Float32, new Random(2));
        // Two steps in training mode move the running statistics away from 0 and 1, so folding has work to do.
        network.RunAll(Uniform(2, seed: 2), training: true);
        network.RunAll(Uniform(2, seed: 3) * 0.5, training: true);
        using var folded = new ReconstructionModel(0.25, network.Tensors, ScalarType.Float32, CPU);
        Tensor gray = Uniform(1, seed: 4) * 255;

        Tensor unfolded = (network.RunAll(gray / 255, training: false) * 255).clamp(0, 255);
        double difference = (folded.Reconstruct(gray) - unfolded).abs().max().ToDouble();

        Assert.True(unfolded.std().ToDouble() > 0.01, "the network answers a constant: nothing is compared");
        // 1e-4 on the network's own scale of 0..1.
        Assert.True(difference <= 1e-4 * 255, $"largest difference {difference} gray levels");
    }

    [Fact]
    public void Reconstruct_BFloat16_StaysNearSinglePrecision()
    {
        using var scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        using var network = new TrainableNetwork(ReconstructionLayers.Table4(0.25), ScalarType.Float32, new Random(2));
        network.RunAll(Uniform(2, seed: 2), training: true);
        using var single = new ReconstructionModel(0.25, network.Tensors, ScalarType.Float32, CPU);
        using var half = new ReconstructionModel(0.25, network.Tensors, ScalarType.BFloat16, CPU);
        Tensor gray = Uniform(1, seed: 4) * 255;

        Tensor difference = (single.Reconstruct(gray) - half.Reconstruct(gray)).abs();

        Assert.True(difference.mean().ToDouble() < 4, $"mean difference {difference.mean().ToDouble()} gray levels");
    }

    /// <summary><c>[n, 1, 512, 512]</c> float32, 0..1, the same in every run.</summary>
    private static Tensor Uniform(int n, int seed)
    {
        var random = new Random(seed);
        var values = new float[n * 512 * 512];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = random.NextSingle();
        }

        return tensor(values, [n, 1, 512, 512]);
    }
}

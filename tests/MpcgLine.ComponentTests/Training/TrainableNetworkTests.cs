using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Learning.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MpcgLine.ComponentTests.Training;

[Collection(TensorTests.Name)]
public sealed class TrainableNetworkTests
{
    [Fact]
    public void Gradient_OfHalfTheSumOfSquares_IsTheLearntValuesInTheirOrder()
    {
        using DisposeScope scope = NewDisposeScope();
        using TrainableNetwork network = Network();
        HalfTheSumOfSquares(network).backward();

        float[] gradient = network.Gradient().data<float>().ToArray();

        Assert.Equal(network.Values.data<float>().ToArray()[..(int)network.LearntCount], gradient);
        // Two kernels, gain and shift of one layer, bias of the other; mean and variance are not learnt.
        Assert.Equal((54 + 24, 54 + 24 + 6 + 2, 54 + 24 + 6 + 2 + 6), (network.KernelCount, network.LearntCount, network.Values.shape[0]));
    }

    [Fact]
    public void Values_Changed_ChangeTheTensorsThatTheLayersRunWith()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        using TrainableNetwork network = Network();
        Tensor x = ones([1, 2, 8, 8]);

        network.Values.zero_();

        Assert.All(network.ToArrays().Values, array => Assert.All(array.Values, value => Assert.Equal(0, value)));
        Assert.All(network.RunAll(x, training: false).data<float>().ToArray(), value => Assert.Equal(0, value));
    }

    [Fact]
    public void ForgetGradients_AfterALoss_LeavesNoneToTheNext()
    {
        using DisposeScope scope = NewDisposeScope();
        using TrainableNetwork network = Network();
        HalfTheSumOfSquares(network).backward();
        network.ForgetGradients();
        HalfTheSumOfSquares(network).backward();

        Assert.Equal(network.Values.data<float>().ToArray()[..(int)network.LearntCount], network.Gradient().data<float>().ToArray());
    }

    [Fact]
    public void TryStep_NoGradient_DecaysKernelsAlone()
    {
        using DisposeScope scope = NewDisposeScope();
        using TrainableNetwork network = Network();
        using AdamOptimiser optimiser = new(network, weightDecay: 0.5);
        IReadOnlyDictionary<string, WeightArray> before = network.ToArrays();
        (HalfTheSumOfSquares(network) * 0).backward();

        Assert.True(optimiser.TryStep(1, rate: 0.1));

        foreach ((string name, WeightArray array) in network.ToArrays())
        {
            float kept = name.EndsWith(".weight", StringComparison.Ordinal) ? 0.95f : 1;
            Assert.All(array.Values.Zip(before[name].Values), pair => Assert.Equal(pair.Second * kept, pair.First, 1e-6f));
        }
    }

    [Fact]
    public void TryStep_GradientThatIsNotFinite_ChangesNothing()
    {
        using DisposeScope scope = NewDisposeScope();
        using TrainableNetwork network = Network();
        using AdamOptimiser optimiser = new(network, weightDecay: 0.5);
        float[] before = network.Values.data<float>().ToArray();
        // The root's slope at 0 is infinite.
        (HalfTheSumOfSquares(network) * 0).sqrt().backward();

        Assert.False(optimiser.TryStep(1, rate: 0.1));
        Assert.Equal(before, network.Values.data<float>().ToArray());
    }

    private static Tensor HalfTheSumOfSquares(TrainableNetwork network) =>
        stack(network.Tensors.Values.Where(t => t.requires_grad).Select(t => t.square().sum())).sum() / 2;

    private static TrainableNetwork Network() => new(
        [
            new LayerShape("first", false, 2, 3, 3, 1, 1, Normalised: true, Activated: true),
            new LayerShape("second", true, 3, 2, 2, 2, 0, Normalised: false, Activated: false),
        ],
        ScalarType.Float32,
        new Random(1),
        firstAnswer: 0.5f);
}

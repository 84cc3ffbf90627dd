using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Learning.Training;
using static TorchSharp.torch;

namespace MpcgLine.ComponentTests.Training;

[Collection(TensorTests.Name)]
public sealed class AveragedWeightsTests
{
    [Fact]
    public void Update_ManySteps_IsTheMeanOfTheLatest()
    {
        using TrainableNetwork network = Network(0);
        using var average = new AveragedWeights(network);

        // 1000 steps planned reach back over 40: a fortieth of what is new is taken in at every step from the 400th on.
        for (int step = 1; step <= 1000; step++)
        {
            Set(network, step <= 960 ? 0 : 1);
            average.Update(step, 1000);
        }

        using (average.Lend())
        {
            Assert.Equal(1 - Math.Pow(39 / 40.0, 40), Value(network), 1e-4);
        }
    }

    [Fact]
    public void Update_FirstSteps_FollowsAtOnce()
    {
        using TrainableNetwork network = Network(0);
        using var average = new AveragedWeights(network);

        Set(network, 5);
        average.Update(1, 0);

        using (average.Lend())
        {
            Assert.Equal(5, Value(network));
        }
    }

    [Fact]
    public void Lend_Disposed_GivesTheNetworkItsOwnTensorsBackAndKeepsTheMeans()
    {
        using TrainableNetwork network = Network(3);
        using var average = new AveragedWeights(network);
        Set(network, 7);

        double lent;
        using (average.Lend())
        {
            lent = Value(network);
        }

        Assert.Equal((3, 7), (lent, Value(network)));
        average.Give();
        Assert.Equal(3, Value(network));
    }

    [Fact]
    public void Load_WhatToArraysGave_GoesOnBitForBit()
    {
        using TrainableNetwork network = Network(0.1f), other = Network(9);
        using AveragedWeights first = new(network), second = new(other);
        Set(network, 0.7f);
        first.Update(30, 0);

        second.Load(new Dictionary<string, WeightArray>([first.ToArray("average")]), "average");
        Set(other, 0.7f);
        first.Update(31, 0);
        second.Update(31, 0);
        first.Give();
        second.Give();

        Assert.Equal(Value(network), Value(other));
    }

    private static TrainableNetwork Network(float value)
    {
        TrainableNetwork network = new(
            [new LayerShape("head", false, 1, 1, 1, 1, 0, Normalised: false, Activated: false)], ScalarType.Float32, new Random(1));
        Set(network, value);
        return network;
    }

    private static void Set(TrainableNetwork network, float value) =>
        network.Load(network.ToArrays().ToDictionary(t => t.Key, t => t.Value with { Values = [.. t.Value.Values.Select(_ => value)] }));

    private static double Value(TrainableNetwork network) => network.ToArrays()["head.weight"].Values.Single();
}

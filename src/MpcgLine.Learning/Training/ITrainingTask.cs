using static TorchSharp.torch;

namespace MpcgLine.Learning.Training;

/// <summary>What is particular to the training of one network.</summary>
internal interface ITrainingTask : IDisposable
{
    /// <summary>Short name, also of the checkpoint.</summary>
    string Name { get; }

    /// <summary>The network being trained.</summary>
    TrainableNetwork Network { get; }

    /// <summary>Highest learning rate.</summary>
    double Rate { get; }

    /// <summary>Decoupled decay of the kernels (lambda).</summary>
    double WeightDecay { get; }

    /// <summary>Loss of one batch: a scalar with a gradient, in the caller's dispose scope.</summary>
    /// <param name="random">What the batch is drawn from.</param>
    /// <param name="next">What the next one will be drawn from, so that it can be drawn while a GPU works on this one; null: not known.</param>
    Tensor Loss(Random random, Random? next);

    /// <summary>The same of held-out images, by the network as it will be used: nothing is learnt from it, and it has no gradient.</summary>
    Tensor ValidationLoss(Random random);
}

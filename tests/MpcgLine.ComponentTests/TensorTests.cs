namespace MpcgLine.ComponentTests;

/// <summary>
/// Tests that run tensors, one at a time: live tensors are counted per process, and collections provoked by one test
/// must not meet the scalars of another's training step.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class TensorTests
{
    public const string Name = "Tensors";
}

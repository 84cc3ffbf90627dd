using MpcgLine.Learning.Training;

namespace MpcgLine.ComponentTests.Training;

[Collection(TensorTests.Name)]
public sealed class CollectionGuardTests
{
    [Fact]
    public void Run_StepWithinItsBudget_CountsNothing()
    {
        // What other tests left to be finalized must not provoke a collection within the step.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var guard = new CollectionGuard();

        Assert.Equal(5, guard.Run(() => new byte[5].Length));

        Assert.Equal(0, guard.UnguardedSteps);
    }

    [Fact]
    public void Run_BudgetTheRuntimeCannotPromise_RunsTheStepAndCountsIt()
    {
        var guard = new CollectionGuard(stepBudgetBytes: long.MaxValue);

        Assert.Equal(5, guard.Run(() => 5));

        Assert.Equal(1, guard.UnguardedSteps);
    }

    [Fact]
    public void Run_StepCollects_CountsIt()
    {
        var guard = new CollectionGuard();

        guard.Run(() =>
        {
            GC.Collect();
            return 0;
        });

        Assert.Equal(1, guard.UnguardedSteps);
    }
}

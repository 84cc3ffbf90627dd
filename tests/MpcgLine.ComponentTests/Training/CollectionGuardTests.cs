using MpcgLine.Learning.Training;

namespace MpcgLine.ComponentTests.Training;

[Collection(TensorTests.Name)]
public sealed class CollectionGuardTests
{
    [Fact]
    public void Run_StepsWithinTheirBudget_CountsHardlyAny()
    {
        // What other tests left to be finalized must not provoke a collection within a step.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        // A thread that an earlier test left behind may still collect during one, which then counts rightly.
        int counted = Enumerable.Range(0, 10).Count(_ =>
        {
            var guard = new CollectionGuard();
            Assert.Equal(5, guard.Run(() => new byte[5].Length));
            return guard.UnguardedSteps > 0;
        });

        Assert.InRange(counted, 0, 2);
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

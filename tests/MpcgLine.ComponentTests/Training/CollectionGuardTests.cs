using MpcgLine.Learning.Training;

namespace MpcgLine.ComponentTests.Training;

[Collection(TensorTests.Name)]
public sealed class CollectionGuardTests
{
    [Fact]
    public void Run_StepWithinItsBudget_CountsNothing()
    {
        // A thread that an earlier test left behind may collect during a step, which then counts rightly: not during all of them.
        int counted = Enumerable.Range(0, 10).Count(_ =>
        {
            var guard = new CollectionGuard();
            Assert.Equal(5, guard.Run(() => new byte[5].Length));
            return guard.UnguardedSteps > 0;
        });

        Assert.InRange(counted, 0, 9);
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

using MpcgLine.Learning.Training;

namespace MpcgLine.ComponentTests.Training;

[Collection(TensorTests.Name)]
public sealed class CollectionGuardTests
{
    [Fact]
    public void Run_StepWithinItsBudget_IsNotCounted()
    {
        // What other tests left to be finalized must not provoke a collection within a step.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        // A thread that an earlier test left behind may collect during a step, which then counts rightly: not for seconds.
        bool isCounted = true;
        for (int attempt = 0; isCounted && attempt < 300; attempt++)
        {
            var guard = new CollectionGuard();
            Assert.Equal(5, guard.Run(() => new byte[5].Length));
            isCounted = guard.UnguardedSteps > 0;
            Thread.Sleep(isCounted ? 20 : 0);
        }

        Assert.False(isCounted);
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

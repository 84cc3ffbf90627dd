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
        static int Counted() => Enumerable.Range(0, 10).Count(_ =>
        {
            var guard = new CollectionGuard();
            Assert.Equal(5, guard.Run(() => new byte[5].Length));
            return guard.UnguardedSteps > 0;
        });

        // A thread that an earlier test left behind may collect during steps, which then count rightly; not for long.
        Assert.True(SpinWait.SpinUntil(() => Counted() <= 2, TimeSpan.FromSeconds(10)), "most of ten steps were counted, ten seconds long");
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

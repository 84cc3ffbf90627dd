using System.Collections.Concurrent;
using MpcgLine.Inspection.Reconstruction.Native;
using static TorchSharp.torch;

namespace MpcgLine.ComponentTests.Reconstruction;

[Collection(TensorTests.Name)]
public sealed class TeamWorkTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 50)]
    [InlineData(2, 1)]
    [InlineData(3, 1000)]
    public void Share_AnyThreadsAndParts_DoesEachOnce(int threads, int parts)
    {
        var work = new Counted(parts, fails: -1);

        WithThreads(threads, () =>
        {
            work.Run();
            work.Run();
        });

        Assert.All(work.Done, count => Assert.Equal(2, count));
        Assert.InRange(work.Threads.Count, 1, threads);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Share_PartFails_IsTheCallersToHandle(int threads)
    {
        var work = new Counted(100, fails: 40);

        WithThreads(threads, () => Assert.Throws<InvalidOperationException>(work.Run));
    }

    private static void WithThreads(int threads, Action action)
    {
        int before = get_num_threads();
        set_num_threads(threads);
        try
        {
            action();
        }
        finally
        {
            set_num_threads(before);
        }
    }

    private sealed class Counted(int parts, int fails) : TeamWork
    {
        public int[] Done { get; } = new int[parts];

        public ConcurrentDictionary<int, bool> Threads { get; } = [];

        public void Run() => Share(parts);

        protected override void Do(int part)
        {
            if (part == fails)
            {
                throw new InvalidOperationException("a part that fails");
            }

            Threads[Environment.CurrentManagedThreadId] = true;
            Interlocked.Increment(ref Done[part]);
        }
    }
}

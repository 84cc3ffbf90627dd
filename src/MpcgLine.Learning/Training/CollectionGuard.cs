using System.Runtime;

namespace MpcgLine.Learning.Training;

/// <summary>
/// Keeps the garbage collector away while a training step runs. Batch normalisation and Adam are full of temporary
/// scalars whose native memory a collection may free under the call that reads it; between steps none is in use.
/// Training thread only.
/// </summary>
internal sealed class CollectionGuard(long stepBudgetBytes = CollectionGuard.StepBudgetBytes)
{
    private const long StepBudgetBytes = 96 << 20;

    /// <summary>Steps during which a collection could have run: the runtime granted no such time, or the step outgrew it.</summary>
    public int UnguardedSteps { get; private set; }

    /// <summary>Runs a step without collections, then collects.</summary>
    public T Run<T>(Func<T> step)
    {
        bool held = TryStart(stepBudgetBytes);
        try
        {
            return step();
        }
        finally
        {
            // A step that outgrew its budget has left the region by itself.
            if (held && GCSettings.LatencyMode == GCLatencyMode.NoGCRegion)
            {
                GC.EndNoGCRegion();
            }
            else
            {
                UnguardedSteps++;
            }

            GC.Collect(0);
        }
    }

    private static bool TryStart(long bytes)
    {
        try
        {
            return GC.TryStartNoGCRegion(bytes);
        }
        catch (ArgumentOutOfRangeException)
        {
            // More than the runtime can promise on this machine.
            return false;
        }
    }
}

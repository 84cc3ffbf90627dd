using System.Runtime;
using System.Runtime.InteropServices;

namespace MpcgLine.Learning.Training;

/// <summary>
/// Keeps the garbage collector away while a training step runs. Batch normalisation and Adam are full of temporary
/// scalars whose native memory a collection may free under the call that reads it; between steps none is in use.
/// </summary>
internal static class CollectionGuard
{
    private const long StepBudgetBytes = 96 << 20;

    /// <summary>Runs a step without collections, then collects.</summary>
    /// <exception cref="TrainingException">Native code failed all the same: go on from the last checkpoint.</exception>
    public static T Run<T>(Func<T> step)
    {
        bool held = GC.TryStartNoGCRegion(StepBudgetBytes);
        try
        {
            return step();
        }
        catch (ExternalException e)
        {
            throw new TrainingException($"A training step failed in native code: {e.Message}", e);
        }
        finally
        {
            // A step that outgrew its budget has left the region by itself.
            if (held && GCSettings.LatencyMode == GCLatencyMode.NoGCRegion)
            {
                GC.EndNoGCRegion();
            }

            GC.Collect(0);
        }
    }
}

using System.Diagnostics;
using MpcgLine.Inspection;

namespace MpcgLine.Service.Measuring;

/// <summary>
/// Samples what must not grow, ten times a second, on a thread of its own. What the samples allocate themselves is told,
/// so that it is not taken for the production line's.
/// </summary>
internal sealed class MemoryWatch
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly List<Sample> _samples;

    /// <param name="duration">How long the watch will be kept: room is made beforehand.</param>
    public MemoryWatch(TimeSpan duration) => _samples = new List<Sample>((int)Math.Min(duration / Interval, 1_000_000) + 64);

    /// <summary>Samples so far; read once <see cref="Run"/> has ended.</summary>
    public IReadOnlyList<Sample> Samples => _samples;

    /// <summary>Samples until cancelled; the watch's own thread.</summary>
    public void Run(CancellationToken stop)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        while (!stop.WaitHandle.WaitOne(Interval))
        {
            _samples.Add(new Sample(
                Stopwatch.GetTimestamp(),
                Environment.WorkingSet,
                GC.GetTotalMemory(forceFullCollection: false),
                LiveTensors.Count,
                Directory.EnumerateFileSystemEntries("/proc/self/fd").Count(),
                GC.GetAllocatedBytesForCurrentThread() - before));
        }
    }
}

/// <summary>One sample.</summary>
/// <param name="At">Timestamp.</param>
/// <param name="ResidentBytes">Resident memory of the program.</param>
/// <param name="ManagedBytes">Managed heap, garbage included.</param>
/// <param name="LiveTensors">Tensors alive.</param>
/// <param name="Handles">Open file descriptors.</param>
/// <param name="OwnBytes">Allocated by the watch so far.</param>
internal readonly record struct Sample(long At, long ResidentBytes, long ManagedBytes, long LiveTensors, int Handles, long OwnBytes);

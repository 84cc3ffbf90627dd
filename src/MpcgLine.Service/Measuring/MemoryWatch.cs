using System.Diagnostics;
using MpcgLine.Inspection;

namespace MpcgLine.Service.Measuring;

/// <summary>
/// Samples what must not grow, on a thread of its own. What the samples allocate themselves is taken off, so that it does
/// not pass for the production line's.
/// </summary>
internal sealed class MemoryWatch
{
    private const int SamplesPerHandleCount = 10;

    private readonly TimeSpan _interval;
    private readonly List<Sample> _samples;
    private readonly Func<long> _plcCycles;

    /// <param name="duration">How long the watch will be kept: room is made beforehand.</param>
    /// <param name="interval">From sample to sample.</param>
    /// <param name="plcCycles">Cycles of the PLC link so far.</param>
    public MemoryWatch(TimeSpan duration, TimeSpan interval, Func<long> plcCycles)
    {
        // Written through once: memory that becomes resident while the watch goes on would be taken for growth.
        _samples = [.. Enumerable.Repeat(default(Sample), (int)Math.Min(duration / interval, 1_000_000) + 64)];
        _samples.Clear();
        (_interval, _plcCycles) = (interval, plcCycles);
    }

    /// <summary>Samples so far; read once <see cref="Run"/> has ended.</summary>
    public IReadOnlyList<Sample> Samples => _samples;

    /// <summary>Samples until cancelled; the watch's own thread.</summary>
    public void Run(CancellationToken stop)
    {
        int handles = CountHandles();
        while (!stop.WaitHandle.WaitOne(_interval))
        {
            (long resident, long managed, long tensors) = (Environment.WorkingSet, GC.GetTotalMemory(forceFullCollection: false), LiveTensors.Count);

            // The list of handles is garbage of 20 KB, and enough of it has old garbage collected, which is no fault of the line's.
            handles = _samples.Count % SamplesPerHandleCount == 0 ? CountHandles() : handles;

            // Not precise, it would count the rest of every thread's allocation buffer as used. The time is taken last, so that
            // nothing that came after it is in what is counted.
            long bytes = GC.GetTotalAllocatedBytes(precise: true) - GC.GetAllocatedBytesForCurrentThread(), cycles = _plcCycles();
            _samples.Add(new Sample(Stopwatch.GetTimestamp(), resident, managed, tensors, handles, bytes, cycles));
        }
    }

    private static int CountHandles() => Directory.EnumerateFileSystemEntries("/proc/self/fd").Count();
}

/// <summary>One sample.</summary>
/// <param name="At">Timestamp.</param>
/// <param name="ResidentBytes">Resident memory of the program.</param>
/// <param name="ManagedBytes">Managed heap, garbage included.</param>
/// <param name="LiveTensors">Tensors alive.</param>
/// <param name="Handles">Open file descriptors, counted at every tenth sample.</param>
/// <param name="AllocatedBytes">Allocated so far by all threads but the watch's.</param>
/// <param name="PlcCycles">Cycles of the PLC link so far.</param>
internal readonly record struct Sample(
    long At, long ResidentBytes, long ManagedBytes, long LiveTensors, int Handles, long AllocatedBytes, long PlcCycles);

using System.Diagnostics;
using MpcgLine.Inspection;

namespace MpcgLine.Service.Measuring;

/// <summary>
/// Samples what must not grow, on a thread of its own. What the samples allocate themselves is taken off, so that it does
/// not pass for the production line's.
/// </summary>
internal sealed class MemoryWatch
{
    private readonly TimeSpan _interval;
    private readonly List<Sample> _samples;
    private readonly Func<long> _plcCycles;

    /// <param name="duration">How long the watch will be kept: room is made beforehand.</param>
    /// <param name="interval">From sample to sample.</param>
    /// <param name="plcCycles">Cycles of the PLC link so far.</param>
    public MemoryWatch(TimeSpan duration, TimeSpan interval, Func<long> plcCycles)
    {
        _samples = new List<Sample>((int)Math.Min(duration / interval, 1_000_000) + 64);
        (_interval, _plcCycles) = (interval, plcCycles);
    }

    /// <summary>Samples so far; read once <see cref="Run"/> has ended.</summary>
    public IReadOnlyList<Sample> Samples => _samples;

    /// <summary>Samples until cancelled; the watch's own thread.</summary>
    public void Run(CancellationToken stop)
    {
        while (!stop.WaitHandle.WaitOne(_interval))
        {
            int handles = Directory.EnumerateFileSystemEntries("/proc/self/fd").Count();
            _samples.Add(new Sample(
                Stopwatch.GetTimestamp(),
                Environment.WorkingSet,
                GC.GetTotalMemory(forceFullCollection: false),
                LiveTensors.Count,
                handles,
                // Not precise, it would count the rest of every thread's allocation buffer as used.
                GC.GetTotalAllocatedBytes(precise: true) - GC.GetAllocatedBytesForCurrentThread(),
                _plcCycles()));
        }
    }
}

/// <summary>One sample.</summary>
/// <param name="At">Timestamp.</param>
/// <param name="ResidentBytes">Resident memory of the program.</param>
/// <param name="ManagedBytes">Managed heap, garbage included.</param>
/// <param name="LiveTensors">Tensors alive.</param>
/// <param name="Handles">Open file descriptors.</param>
/// <param name="AllocatedBytes">Allocated so far by all threads but the watch's.</param>
/// <param name="PlcCycles">Cycles of the PLC link so far.</param>
internal readonly record struct Sample(
    long At, long ResidentBytes, long ManagedBytes, long LiveTensors, int Handles, long AllocatedBytes, long PlcCycles);

using System.Diagnostics;

namespace MpcgLine.Inspection;

/// <summary>
/// A stopwatch for the steps of the inference thread, for measuring: every step ends with its mark, and the time since the
/// mark before is its own. Allocation-free; inference thread only. A GPU works on while the processor marks: with one, the
/// steps are the processor's time, and its waits for the GPU are in <see cref="InspectionStep.Upload"/>.
/// </summary>
public sealed class StepTimes
{
    private static readonly int Count = Enum.GetValues<InspectionStep>().Length;

    private readonly long[] _ticks = new long[Count];
    private long _marked;

    /// <summary>Time spent on a step since <see cref="Clear"/>.</summary>
    public TimeSpan this[InspectionStep step] => Stopwatch.GetElapsedTime(0, _ticks[(int)step]);

    /// <summary>The first step begins now.</summary>
    public void Begin() => _marked = Stopwatch.GetTimestamp();

    /// <summary>A step ends now, and the next begins.</summary>
    public void Mark(InspectionStep step)
    {
        long now = Stopwatch.GetTimestamp();
        _ticks[(int)step] += now - _marked;
        _marked = now;
    }

    /// <summary>Forgets all times.</summary>
    public void Clear() => Array.Clear(_ticks);
}

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MpcgLine.Inspection.Reconstruction.Native;

/// <summary>Floats that begin at a cache line and stay where they are. The collector's to free.</summary>
internal sealed unsafe class AlignedSingles
{
    private const int CacheLineBytes = 64;

    // Pinned, so that the address holds as long as this object.
    private readonly float[] _values;
    private readonly int _first;

    /// <summary>Zeros.</summary>
    public AlignedSingles(int count)
    {
        _values = GC.AllocateArray<float>(count + (CacheLineBytes / sizeof(float)), pinned: true);
        float* address = (float*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_values));
        _first = (int)(-(nint)address & (CacheLineBytes - 1)) / sizeof(float);
        Start = address + _first;
        Count = count;
    }

    /// <summary>The first one's address; valid as long as this object.</summary>
    public float* Start { get; }

    /// <summary>How many there are.</summary>
    public int Count { get; }

    /// <summary>All of them.</summary>
    public Span<float> Span => _values.AsSpan(_first, Count);
}

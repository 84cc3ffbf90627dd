using System.Runtime.Intrinsics;

namespace MpcgLine.Inspection.Primitives;

/// <summary>
/// Gray levels, read as vectors whatever their element type: the processor's passes over a tile and over its reconstruction are
/// the same, but a tile has bytes, and to make single precision of them first would move four times the memory.
/// </summary>
internal interface IGrayLevels
{
    /// <summary>Pixels.</summary>
    int Count { get; }

    /// <summary>Sixteen neighbouring pixels from <paramref name="first"/>.</summary>
    Vector512<float> Sixteen(int first);
}

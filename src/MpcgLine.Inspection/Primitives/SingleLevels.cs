using System.Runtime.Intrinsics;

namespace MpcgLine.Inspection.Primitives;

/// <summary>Gray levels of a network.</summary>
internal readonly ref struct SingleLevels(ReadOnlySpan<float> pixels) : IGrayLevels
{
    private readonly ReadOnlySpan<float> _pixels = pixels;

    /// <inheritdoc/>
    public int Count => _pixels.Length;

    /// <inheritdoc/>
    public Vector512<float> Sixteen(int first) => Vector512.Create(_pixels.Slice(first, Vector512<float>.Count));
}

using System.Runtime.Intrinsics;

namespace MpcgLine.Inspection.Primitives;

/// <summary>Squares of a camera's gray levels.</summary>
internal readonly ref struct SquaredLevels(ReadOnlySpan<byte> pixels) : IGrayLevels
{
    private readonly ByteLevels _levels = new(pixels);

    /// <inheritdoc/>
    public int Count => _levels.Count;

    /// <inheritdoc/>
    public Vector512<float> Sixteen(int first)
    {
        Vector512<float> levels = _levels.Sixteen(first);
        return levels * levels;
    }
}

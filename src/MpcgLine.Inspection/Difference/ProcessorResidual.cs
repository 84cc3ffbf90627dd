using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace MpcgLine.Inspection.Difference;

/// <summary>The residual of one tile on the processor, in one pass.</summary>
internal static class ProcessorResidual
{
    private const float Most = 127;

    /// <summary>
    /// Tile less reconstruction, in whole gray levels within -127..127. What is no number becomes any level: the
    /// change of the DCT feature tells of it.
    /// </summary>
    /// <param name="tile"><c>[1, 1, 512, 512]</c> float32, gray levels.</param>
    /// <param name="reconstruction">The same shape.</param>
    /// <param name="residual"><c>[512, 512]</c>, overwritten.</param>
    public static void Write(Tensor tile, Tensor reconstruction, Span<sbyte> residual)
    {
        ReadOnlySpan<Vector512<float>> source = MemoryMarshal.Cast<byte, Vector512<float>>(tile.contiguous().bytes);
        ReadOnlySpan<Vector512<float>> background = MemoryMarshal.Cast<byte, Vector512<float>>(reconstruction.contiguous().bytes);
        Span<Vector512<sbyte>> target = MemoryMarshal.Cast<sbyte, Vector512<sbyte>>(residual);
        for (int i = 0; i < target.Length; i++)
        {
            int first = 4 * i;
            target[i] = Vector512.Narrow(
                Vector512.Narrow(Level(source[first] - background[first]), Level(source[first + 1] - background[first + 1])),
                Vector512.Narrow(Level(source[first + 2] - background[first + 2]), Level(source[first + 3] - background[first + 3])));
        }
    }

    private static Vector512<int> Level(Vector512<float> difference) => Vector512.ConvertToInt32(
        Vector512.Round(Vector512.Max(Vector512.Min(difference, Vector512.Create(Most)), Vector512.Create(-Most))));
}

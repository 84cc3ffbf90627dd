using System.Runtime.Intrinsics;
using MpcgLine.Inspection.Primitives;
using static TorchSharp.torch;

namespace MpcgLine.Inspection.Difference;

/// <summary>The residual of one tile on the processor, in one pass.</summary>
internal static class ProcessorResidual
{
    private const float Most = 127;
    private const int Lanes = 16;

    /// <summary>
    /// Tile less reconstruction, in whole gray levels within -127..127. What is no number becomes any level: the
    /// change of the DCT feature tells of it.
    /// </summary>
    /// <param name="tile"><c>[1, 1, 512, 512]</c> uint8, gray levels.</param>
    /// <param name="reconstruction">The same shape, float32.</param>
    /// <param name="residual"><c>[512, 512]</c>, overwritten.</param>
    public static void Write(Tensor tile, Tensor reconstruction, Span<sbyte> residual)
    {
        ByteLevels source = ByteLevels.Of(tile);
        var background = new SingleLevels(reconstruction.Singles());
        for (int i = 0; i < source.Count; i += 2 * Lanes)
        {
            Vector256.Narrow(Level(source, background, i), Level(source, background, i + Lanes)).CopyTo(residual[i..]);
        }
    }

    private static Vector256<short> Level(ByteLevels source, SingleLevels background, int first)
    {
        // The processor's own minimum, maximum and conversion, one instruction each: what they make of NaN does not matter, see above.
        // Narrowed by halves, for which processors with vectors of 256 bits have instructions (MapBenchmarks.Residual).
        Vector512<float> difference = source.Sixteen(first) - background.Sixteen(first);
        Vector512<int> level = Vector512.ConvertToInt32Native(
            Vector512.Round(Vector512.MaxNative(Vector512.MinNative(difference, Vector512.Create(Most)), Vector512.Create(-Most))));
        return Vector256.Narrow(level.GetLower(), level.GetUpper());
    }
}

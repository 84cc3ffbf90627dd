using static TorchSharp.torch;

namespace MpcgLine.Inspection.Difference;

/// <summary>
/// The maps of one batch on the device, as the fusions read them. Valid until the next batch and no longer than the batch's
/// dispose scope; nobody changes or disposes them.
/// </summary>
/// <param name="Tiles"><c>[N, 1, 512, 512]</c> uint8, gray levels.</param>
/// <param name="Reconstruction">The same shape, float32, gray levels 0..255.</param>
/// <param name="Change"><c>[N, 16, 16]</c>, <c>|f(src) - f(rec)|</c>.</param>
/// <param name="Inspected"><c>[N, 1, 512, 512]</c> uint8, 1 where a real pixel lies in the inspected area.</param>
internal readonly record struct TileBatch(Tensor Tiles, Tensor Reconstruction, Tensor Change, Tensor Inspected)
{
    /// <summary>Tiles N.</summary>
    public int Count => (int)Tiles.shape[0];
}

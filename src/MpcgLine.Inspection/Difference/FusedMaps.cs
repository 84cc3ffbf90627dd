using static TorchSharp.torch;

namespace MpcgLine.Inspection.Difference;

/// <summary>What a fusion makes of a batch on a GPU.</summary>
/// <param name="Scores"><c>[N, 128, 128]</c> float32, one per 4 x 4 px cell.</param>
/// <param name="Defective"><c>[N, 512, 512]</c> uint8, 1 defective; null where the processor decides by the scores.</param>
internal readonly record struct FusedMaps(Tensor Scores, Tensor? Defective);

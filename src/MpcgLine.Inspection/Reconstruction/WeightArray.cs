namespace MpcgLine.Inspection.Reconstruction;

/// <summary>A named tensor of a weight file, held as plain values so that nothing unproven reaches native code.</summary>
/// <param name="Shape">Sizes, outermost first; empty for a scalar.</param>
/// <param name="Values">Values in row-major order.</param>
public sealed record WeightArray(IReadOnlyList<long> Shape, float[] Values);

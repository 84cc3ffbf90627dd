namespace MpcgLine.Inspection.Primitives;

/// <summary>Position of a line within its panel, 0 at the leading edge of the burst.</summary>
/// <param name="Value">Lines, never negative for a line that was exposed.</param>
public readonly record struct LineIndex(long Value);

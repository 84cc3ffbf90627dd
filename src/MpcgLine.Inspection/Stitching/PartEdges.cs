namespace MpcgLine.Inspection.Stitching;

/// <summary>The part's edges as one tile row shows them, in panel px; null where the row shows none.</summary>
/// <param name="Left">Column of the left edge along the line index.</param>
/// <param name="Right">Column of the right edge along the line index.</param>
/// <param name="Leading">Line of the leading edge along the column.</param>
/// <param name="Trailing">Line of the trailing edge along the column.</param>
public readonly record struct PartEdges(EdgeLine? Left, EdgeLine? Right, EdgeLine? Leading, EdgeLine? Trailing);

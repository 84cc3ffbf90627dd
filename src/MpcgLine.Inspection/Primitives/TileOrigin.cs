namespace MpcgLine.Inspection.Primitives;

/// <summary>
/// Panel coordinates, in px, of a tile's first pixel. Negative where the tile reaches over the panel's border
/// into its reflection.
/// </summary>
public readonly record struct TileOrigin(int X, int Y);

using MpcgLine.Inspection.Tiling;

namespace MpcgLine.Inspection.Stitching;

/// <summary>
/// What goes from the stitching side to the inference side, in order: either a complete tile row, whose ownership
/// goes with it, or the end of a panel.
/// </summary>
/// <param name="Row">The tile row; null when this is a panel's end.</param>
/// <param name="End">The panel's end; meaningful when <paramref name="Row"/> is null.</param>
public readonly record struct StitchedPiece(TileRow? Row, PanelEnd End);

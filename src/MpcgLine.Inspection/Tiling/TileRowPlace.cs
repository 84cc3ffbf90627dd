using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Stitching;

namespace MpcgLine.Inspection.Tiling;

/// <summary>Which row of tiles something is about: all that its findings need when its lines are gone.</summary>
/// <param name="Panel">The panel.</param>
/// <param name="Grid">The panel's grid.</param>
/// <param name="Row">Row of the grid.</param>
/// <param name="Area">What of the row is inspected.</param>
/// <param name="Edges">Where the part lies, as far as the row shows it.</param>
internal readonly record struct TileRowPlace(PanelStamp Panel, TileGrid Grid, int Row, InspectedArea Area, PartEdges Edges);

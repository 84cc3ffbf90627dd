using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Verdicts;

namespace MpcgLine.Inspection.Stitching;

/// <summary>How a panel ended on the stitching side.</summary>
/// <param name="Panel">The panel; of length 0 when no strip of its burst arrived.</param>
/// <param name="LinesReceived">Lines that landed, of <c>Panel.Length</c>.</param>
/// <param name="TileRows">Tile rows given out complete.</param>
/// <param name="Reason">Why not all of the panel is there; None when it is.</param>
/// <param name="LastLineAt">Timestamp at which the last line was exposed, or was due.</param>
public readonly record struct PanelEnd(PanelStamp Panel, int LinesReceived, int TileRows, NotInspectedReason Reason, long LastLineAt);

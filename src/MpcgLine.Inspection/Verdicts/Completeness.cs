namespace MpcgLine.Inspection.Verdicts;

/// <summary>How much of a panel was inspected. The default value says nothing was.</summary>
/// <param name="LinesExpected">Lines the burst was to have.</param>
/// <param name="LinesReceived">Lines that landed.</param>
/// <param name="TileRowsExpected">Tile rows of the panel.</param>
/// <param name="TileRowsGiven">Tile rows the stitching side gave out.</param>
/// <param name="TileRowsInspected">Tile rows that went through the inference stage without a failure.</param>
/// <param name="InspectedFraction">Inspected pixels over all pixels.</param>
/// <param name="Reason">Reason the stitching side gave, or None.</param>
/// <param name="Elapsed">Time from the last line to now.</param>
internal readonly record struct Completeness(
    int LinesExpected,
    int LinesReceived,
    int TileRowsExpected,
    int TileRowsGiven,
    int TileRowsInspected,
    double InspectedFraction,
    NotInspectedReason Reason,
    TimeSpan Elapsed);

namespace MpcgLine.Inspection;

/// <summary>Names of everything the inspection path counts: what came in, what went out, and each way to be lost.</summary>
public enum InspectionCounter
{
    /// <summary>Strips handed to Accept.</summary>
    Strips,

    /// <summary>Strips the driver marked as torn; their lines are missing.</summary>
    TornStrips,

    /// <summary>Strips of unknown status; their lines are missing.</summary>
    UnknownStrips,

    /// <summary>Strips whose stamp or width makes no sense; their lines are missing.</summary>
    InvalidStrips,

    /// <summary>Strips of a burst that had already ended.</summary>
    LateStrips,

    /// <summary>Strips missing at source or dropped, by jumps of the frame id.</summary>
    MissingStrips,

    /// <summary>Strips lost to a full ring, as the ring reported them.</summary>
    Overruns,

    /// <summary>Bursts of which no strip arrived; each of the newest 16 of a gap ends as a panel not inspected.</summary>
    MissingBursts,

    /// <summary>Lines that landed in a panel.</summary>
    Lines,

    /// <summary>Lines of panels that never arrived whole.</summary>
    MissingLines,

    /// <summary>Lines at an index that had already passed.</summary>
    DuplicateLines,

    /// <summary>Lines before the start or behind the end of their burst.</summary>
    OutOfRangeLines,

    /// <summary>Encoder positions that do not fit the lines between them.</summary>
    EncoderFaults,

    /// <summary>Tile rows given to the inference side.</summary>
    TileRows,

    /// <summary>Tile rows with missing lines; never inspected.</summary>
    IncompleteTileRows,

    /// <summary>Tile rows lost because no buffer was free.</summary>
    DroppedTileRows,

    /// <summary>Tile rows in which the part's edges were not found.</summary>
    TileRowsWithoutEdges,

    /// <summary>Tile rows in which the part has not the size it should have.</summary>
    TileRowsOfWrongSize,

    /// <summary>Tiles of rows taken in whole.</summary>
    Tiles,

    /// <summary>Tiles staged that answer for no pixel of the inspected area: nothing of them is judged, and on a processor no network is run.</summary>
    OutsideTiles,

    /// <summary>Panels that ended on the stitching side.</summary>
    Panels,

    /// <summary>Panels that ended before all their lines were there.</summary>
    IncompletePanels,

    /// <summary>Regions smaller than the smallest that counts.</summary>
    SmallRegions,

    /// <summary>Regions beyond the most a panel keeps.</summary>
    DroppedRegions,

    /// <summary>Regions outside the inspected area as it was known at the panel's end.</summary>
    RegionsOutsideArea,

    /// <summary>Verdicts Accept.</summary>
    Accepted,

    /// <summary>Verdicts Reject.</summary>
    Rejected,

    /// <summary>Verdicts NotInspected.</summary>
    NotInspected,
}

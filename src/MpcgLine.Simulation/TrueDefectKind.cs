namespace MpcgLine.Simulation;

/// <summary>Shape of a rendered defect.</summary>
public enum TrueDefectKind
{
    /// <summary>Compact, ragged outline.</summary>
    Dot,

    /// <summary>Random walk of varying width.</summary>
    Strip,

    /// <summary>Closed ring (unseen family).</summary>
    Ring,

    /// <summary>Broad, very soft patch (unseen family).</summary>
    Smear,

    /// <summary>Piece broken out of the part's edge (unseen family).</summary>
    EdgeChip,

    /// <summary>Group of pinholes, one defect (unseen family).</summary>
    PinholeCluster,
}

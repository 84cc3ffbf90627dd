namespace MpcgLine.Simulation;

/// <summary>Which shapes the defects of a panel have.</summary>
public enum DefectFamily
{
    /// <summary>Dots and irregular strips, 4..16 px wide.</summary>
    Known,

    /// <summary>Ring, smear, edge chip and pinhole cluster: for scoring only, never for choosing anything.</summary>
    Unseen,
}

namespace MpcgLine.Inspection.Difference;

/// <summary>The rule that turns tile, reconstruction and regional analysis into defective pixels.</summary>
public enum FusionKind
{
    /// <summary>The trained network: what production runs.</summary>
    Learned,

    /// <summary>Equation 21 as printed.</summary>
    Paper,
}

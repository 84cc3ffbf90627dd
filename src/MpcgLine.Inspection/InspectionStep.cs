namespace MpcgLine.Inspection;

/// <summary>What the inference thread does for a tile, in this order.</summary>
public enum InspectionStep
{
    /// <summary>Tiles and what may be judged of them are cut out of the tile row.</summary>
    Staging,

    /// <summary>To the device.</summary>
    Upload,

    /// <summary>The reconstruction network.</summary>
    Reconstruction,

    /// <summary>Regional analysis: the DCT of the tile and of its reconstruction.</summary>
    RegionalAnalysis,

    /// <summary>Residual and change of the DCT feature, made and downloaded.</summary>
    Maps,

    /// <summary>What the learned fusion's network is given.</summary>
    FusionInput,

    /// <summary>The learned fusion's network.</summary>
    FusionNetwork,

    /// <summary>Defective pixels: outlines drawn by the scores, or equation 21.</summary>
    DefectivePixels,

    /// <summary>Scores and changes are numbers.</summary>
    Checks,

    /// <summary>Defective pixels joined to regions, and regions measured.</summary>
    Regions,
}

namespace MpcgLine.Inspection.Difference;

/// <summary>Which maps the learned fusion sees; recorded in the bundle.</summary>
[Flags]
public enum FusionMaps
{
    /// <summary>The tile itself.</summary>
    Tile = 1,

    /// <summary>Its reconstruction.</summary>
    Reconstruction = 2,

    /// <summary>The regional analysis' change of the DCT feature, one value per patch.</summary>
    RegionalChange = 4,

    /// <summary>All three.</summary>
    All = Tile | Reconstruction | RegionalChange,
}

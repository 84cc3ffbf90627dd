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

    /// <summary>The method's three.</summary>
    All = Tile | Reconstruction | RegionalChange,

    /// <summary>
    /// The tile once more, in deviations of the texture around each pixel: where the light, and with it the texture's
    /// contrast, differs from image to image, one gray scale for all says little.
    /// </summary>
    LocalContrast = 8,

    /// <summary>Everything there is.</summary>
    Every = All | LocalContrast,
}

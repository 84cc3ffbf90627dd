namespace MpcgLine.Inspection.Stitching;

/// <summary>Where the part's edges are looked for.</summary>
public enum EdgeMode
{
    /// <summary>Nowhere: the whole image is the part.</summary>
    None = 0,

    /// <summary>All four edges, where the gray level crosses from the surroundings to the part.</summary>
    Contrast,

    /// <summary>Web material without a beginning and an end: left and right only, against any background.</summary>
    Web,
}

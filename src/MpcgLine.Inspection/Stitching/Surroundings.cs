namespace MpcgLine.Inspection.Stitching;

/// <summary>What lies beside the part in the image.</summary>
public enum Surroundings
{
    /// <summary>Darker than the part.</summary>
    Dark = 0,

    /// <summary>Brighter than the part.</summary>
    Bright,
}

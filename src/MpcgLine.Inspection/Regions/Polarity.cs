namespace MpcgLine.Inspection.Regions;

/// <summary>Whether a defect is darker or brighter than its background.</summary>
public enum Polarity
{
    /// <summary>Darker than the reconstruction.</summary>
    Dark,

    /// <summary>Brighter than the reconstruction.</summary>
    Bright,
}

namespace MpcgLine.Inspection.Regions;

/// <summary>The paper's two shapes of defects (section 3.1.1), by elongation.</summary>
public enum DefectClass
{
    /// <summary>Compact.</summary>
    Dot = 1,

    /// <summary>Long against its width.</summary>
    Strip = 2,
}

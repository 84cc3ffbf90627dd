namespace MpcgLine.Simulation;

/// <summary>What a pixel of a simulated panel shows.</summary>
public enum SurfaceKind
{
    /// <summary>Dark surroundings of the part.</summary>
    Surroundings,

    /// <summary>Bright bevel and ink band along the part's edge.</summary>
    SideBand,

    /// <summary>Colour block without visible texture.</summary>
    UniformBlock,

    /// <summary>Grain: fine, or correlated over a few px.</summary>
    RoughTexture,

    /// <summary>Streaks along travel.</summary>
    BrushedTexture,

    /// <summary>Narrow zone between two regions, with speckles; its edges move from part to part.</summary>
    TransitionZone,

    /// <summary>Lens ring or disc.</summary>
    Lens,

    /// <summary>Earpiece slot.</summary>
    Earpiece,

    /// <summary>One of the two sensor windows.</summary>
    Sensor,

    /// <summary>Ink of a printed character.</summary>
    Print,
}

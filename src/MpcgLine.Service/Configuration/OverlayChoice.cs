namespace MpcgLine.Service.Configuration;

/// <summary>Which panels a picture is kept of.</summary>
internal enum OverlayChoice
{
    /// <summary>None; no panel is held in memory.</summary>
    None,

    /// <summary>Those with defects.</summary>
    Defective,

    /// <summary>All.</summary>
    All,
}

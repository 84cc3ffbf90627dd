namespace MpcgLine.Inspection.Acquisition;

/// <summary>What the driver knows of the strip it delivered.</summary>
public enum StripStatus
{
    /// <summary>Nothing is known: the slot was never filled. Its lines count as missing.</summary>
    Unknown = 0,

    /// <summary>Every line arrived.</summary>
    Complete,

    /// <summary>Packets or lines are missing inside the strip. All its lines count as missing.</summary>
    Torn,
}

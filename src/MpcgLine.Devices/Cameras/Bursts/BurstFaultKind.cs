namespace MpcgLine.Devices.Cameras.Bursts;

/// <summary>What happens to a strip on purpose.</summary>
public enum BurstFaultKind
{
    /// <summary>Missing at source: its number is skipped and it is never delivered.</summary>
    Missing = 0,

    /// <summary>Delivered torn: packets are missing inside.</summary>
    Torn,
}

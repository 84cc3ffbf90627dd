namespace MpcgLine.Devices.Cameras.Bursts;

/// <summary>A fault played on purpose.</summary>
/// <param name="Burst">Number of the burst, from 1.</param>
/// <param name="Strip">Strip within the burst, from 0.</param>
/// <param name="Kind">What happens to it.</param>
public readonly record struct BurstFault(long Burst, int Strip, BurstFaultKind Kind);

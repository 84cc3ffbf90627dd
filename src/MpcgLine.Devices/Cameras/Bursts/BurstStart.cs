using MpcgLine.Inspection.Primitives;

namespace MpcgLine.Devices.Cameras.Bursts;

/// <summary>A part came under the camera: what its part sensor would tell.</summary>
/// <param name="Burst">Number of the burst, from 1.</param>
/// <param name="LeadingEdge">Encoder count at the burst's first line.</param>
/// <param name="LineCount">Lines the burst will have.</param>
/// <param name="Source">The panel's number or file.</param>
public readonly record struct BurstStart(long Burst, EncoderCount LeadingEdge, int LineCount, string Source);

using MpcgLine.Inspection.Primitives;

namespace MpcgLine.Inspection.Acquisition;

/// <summary>What the driver writes beside the pixels of a strip.</summary>
/// <param name="FrameId">Consecutive number of the transfer at its source; a jump is a gap: strips missing at source.</param>
/// <param name="Burst">Number of the part trigger that started these lines, counted by the camera from 1; one burst is one panel.</param>
/// <param name="FirstLine">Index, within the burst, of the strip's first line.</param>
/// <param name="LineCount">Lines in this strip, at least 1 and at most the slot's capacity.</param>
/// <param name="BurstLineCount">Lines the whole burst will have.</param>
/// <param name="Encoder">Encoder count at the strip's first line.</param>
/// <param name="ExposedAt">Timestamp (<see cref="TimeProvider.GetTimestamp"/> units) at which the strip's last line was exposed.</param>
/// <param name="Status">Whether the pixels can be used.</param>
public readonly record struct StripStamp(
    long FrameId,
    long Burst,
    LineIndex FirstLine,
    int LineCount,
    int BurstLineCount,
    EncoderCount Encoder,
    long ExposedAt,
    StripStatus Status);

using MpcgLine.Inspection.Primitives;

namespace MpcgLine.Inspection.Rejection;

/// <summary>A part as the PLC announced it when its sensor fired.</summary>
/// <param name="PartId">The PLC's number for the part; 0 names none.</param>
/// <param name="Encoder">The PLC's encoder at the sensor.</param>
/// <param name="IsChallenge">Whether it is a challenge part, sent to prove that the line rejects.</param>
public readonly record struct AnnouncedPart(uint PartId, EncoderCount Encoder, bool IsChallenge);

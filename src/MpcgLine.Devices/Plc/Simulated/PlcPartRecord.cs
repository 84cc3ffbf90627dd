using MpcgLine.Inspection.Primitives;

namespace MpcgLine.Devices.Plc.Simulated;

/// <summary>What the simulated PLC knows of one part.</summary>
/// <param name="PartId">Number given at the part sensor.</param>
/// <param name="Encoder">PLC encoder at the part sensor.</param>
/// <param name="VerdictWord">Verdict word read from the registers, 0 if none was.</param>
/// <param name="IsDecided">Whether the part has passed the gate.</param>
/// <param name="Passed">Whether the gate let it pass; false until then.</param>
/// <param name="ChangedAt">Timestamp (<see cref="TimeProvider.GetTimestamp"/> units) of the last change: arrival, verdict or gate.</param>
public sealed record PlcPartRecord(
    uint PartId,
    EncoderCount Encoder,
    ushort VerdictWord,
    bool IsDecided,
    bool Passed,
    long ChangedAt);

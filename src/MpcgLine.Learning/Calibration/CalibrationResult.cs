using MpcgLine.Inspection.Reconstruction;

namespace MpcgLine.Learning.Calibration;

/// <summary>A calibrated bundle and what a person should know of the calibration.</summary>
/// <param name="Bundle">With thresholds, and its golden tiles as they were.</param>
/// <param name="Excluded">Images that production would not inspect, each with the reason; nothing was learnt from them.</param>
/// <param name="Warning">Why the thresholds are uncertain, and what to do; null when they rest on enough.</param>
public sealed record CalibrationResult(ModelBundle Bundle, IReadOnlyList<string> Excluded, string? Warning);

using MpcgLine.Inspection.Reconstruction;

namespace MpcgLine.Learning.Tuning;

/// <summary>What tuning found.</summary>
/// <param name="Candidates">Every way to run, fastest first.</param>
/// <param name="Gates">How far each precision is from single precision, but for that itself and those refused.</param>
/// <param name="Refused">Precisions that could not be run, with the reason.</param>
/// <param name="Chosen">The fastest that is accurate.</param>
/// <param name="Profile">What to write into the bundle.</param>
/// <param name="Excluded">Images that production would not inspect, each with the reason; nothing was learnt from them.</param>
/// <param name="Warning">Why the thresholds are uncertain, and what to do; null when they rest on enough.</param>
public sealed record TuningResult(
    IReadOnlyList<TunedCandidate> Candidates,
    IReadOnlyDictionary<Precision, AccuracyGate> Gates,
    IReadOnlyDictionary<Precision, string> Refused,
    TunedCandidate Chosen,
    LocalProfile Profile,
    IReadOnlyList<string> Excluded,
    string? Warning);

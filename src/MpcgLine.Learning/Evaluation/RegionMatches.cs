namespace MpcgLine.Learning.Evaluation;

/// <summary>How true and detected regions of one image go together.</summary>
/// <param name="IsFound">For each true region: whether a detection found it.</param>
/// <param name="IsRight">For each detection: whether it is right; otherwise it is a false region.</param>
public sealed record RegionMatches(IReadOnlyList<bool> IsFound, IReadOnlyList<bool> IsRight);

namespace MpcgLine.Learning.Evaluation;

/// <summary>What lies at or above a threshold.</summary>
/// <param name="Score">The threshold.</param>
/// <param name="Positives">Positive samples.</param>
/// <param name="Negatives">Negative samples.</param>
/// <param name="Overlap">Sum over the regions of the share of each that lies there.</param>
public readonly record struct RankPoint(float Score, long Positives, long Negatives, double Overlap);

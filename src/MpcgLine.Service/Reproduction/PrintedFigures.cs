namespace MpcgLine.Service.Reproduction;

/// <summary>What the paper prints for a method.</summary>
/// <param name="Recall">Recall of regions.</param>
/// <param name="Precision">Precision of regions.</param>
/// <param name="F1">Harmonic mean of both.</param>
internal sealed record PrintedFigures(double Recall, double Precision, double F1);

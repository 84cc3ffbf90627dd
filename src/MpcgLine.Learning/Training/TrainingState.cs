using MpcgLine.Inspection.Reconstruction;

namespace MpcgLine.Learning.Training;

/// <summary>A training between two steps.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Steps">Steps planned.</param>
/// <param name="Seconds">Time spent so far.</param>
/// <param name="Tensors">Weights, statistics, their averages and the moments, by name.</param>
internal sealed record TrainingState(int Step, int Steps, double Seconds, IReadOnlyDictionary<string, WeightArray> Tensors);

using MpcgLine.Inspection.Reconstruction;

namespace MpcgLine.Learning.Tuning;

/// <summary>One way to run the networks, timed.</summary>
/// <param name="Precision">Arithmetic.</param>
/// <param name="Threads">Threads of the tensor library.</param>
/// <param name="MsPerTile">Median over the rounds, ms per tile, regional analysis and fusion included.</param>
public sealed record TunedCandidate(Precision Precision, int Threads, double MsPerTile);

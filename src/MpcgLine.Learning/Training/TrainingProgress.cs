namespace MpcgLine.Learning.Training;

/// <summary>Where a training stands.</summary>
/// <param name="Stage">What is trained: <c>reconstruction</c>, <c>fusion</c>, or a baseline.</param>
/// <param name="Step">Steps done.</param>
/// <param name="Steps">Steps in all; 0 while the first ones are timed.</param>
/// <param name="Loss">Mean loss over the latest steps.</param>
/// <param name="ValidationLoss">The latest loss on held-out images; null before the first.</param>
/// <param name="Remaining">Time left at the present pace.</param>
/// <param name="UnguardedSteps">Steps of this sitting during which the garbage collector could have run; their result is doubtful.</param>
public readonly record struct TrainingProgress(string Stage, int Step, int Steps, double Loss, double? ValidationLoss, TimeSpan Remaining, int UnguardedSteps);

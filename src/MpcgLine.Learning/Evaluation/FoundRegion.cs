using MpcgLine.Inspection.Primitives;

namespace MpcgLine.Learning.Evaluation;

/// <summary>A detection as a list of defects gives it.</summary>
/// <param name="Box">Bounding box, image px.</param>
/// <param name="Area">Defective pixels.</param>
public readonly record struct FoundRegion(PixelBox Box, int Area);

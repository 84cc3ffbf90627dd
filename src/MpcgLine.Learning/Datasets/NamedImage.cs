using MpcgLine.Inspection.Primitives;

namespace MpcgLine.Learning.Datasets;

/// <summary>An image and the name to call it by in messages.</summary>
public sealed record NamedImage(string Name, GrayImage Image);

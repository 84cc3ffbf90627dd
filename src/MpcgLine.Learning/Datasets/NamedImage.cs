using MpcgLine.Inspection.Primitives;

namespace MpcgLine.Learning.Datasets;

/// <summary>An image and the name to call it by in messages.</summary>
public sealed record NamedImage(string Name, GrayImage Image)
{
    /// <summary>The part it shows; images of one part are not independent. Its own name where each image is a part.</summary>
    public string Part { get; init; } = Name;
}

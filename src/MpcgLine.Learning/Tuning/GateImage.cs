using MpcgLine.Inspection.Primitives;

namespace MpcgLine.Learning.Tuning;

/// <summary>An image that the accuracy gate compares on.</summary>
/// <param name="Image">The image.</param>
/// <param name="Mask">The same size: above 0 where there is a defect; null on a good image.</param>
internal sealed record GateImage(GrayImage Image, GrayImage? Mask);

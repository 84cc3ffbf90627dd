namespace MpcgLine.Learning.Datasets.Reports;

/// <summary>Two images, said to be of different parts, that look like the same place.</summary>
/// <param name="First">Name of the one.</param>
/// <param name="Second">Name of the other.</param>
/// <param name="Resemblance">Correlation of their thumbnails without slow changes of light and what all images share, 1 for equal ones.</param>
public sealed record ResemblingPair(string First, string Second, double Resemblance);

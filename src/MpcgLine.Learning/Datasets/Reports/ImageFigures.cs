namespace MpcgLine.Learning.Datasets.Reports;

/// <summary>What can be said of one image without a model.</summary>
/// <param name="Name">Its file name.</param>
/// <param name="Part">The part it shows.</param>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
/// <param name="IsColour">Whether it had to be reduced to gray.</param>
/// <param name="MeanLevel">Mean gray level.</param>
public sealed record ImageFigures(string Name, string Part, int Width, int Height, bool IsColour, double MeanLevel);

namespace MpcgLine.Service.Datasets;

/// <summary>How many images have a size, px.</summary>
internal sealed record SizeCount(int Width, int Height, int Images);

namespace MpcgLine.Learning.Calibration;

/// <summary>Largest values of one good image, per tile, over what is inspected.</summary>
/// <param name="Name">The image.</param>
/// <param name="Scores">Largest score of each tile's core.</param>
/// <param name="Changes">Largest change of the DCT feature of each tile's core, gray levels.</param>
internal sealed record TileMaxima(string Name, IReadOnlyList<double> Scores, IReadOnlyList<double> Changes);

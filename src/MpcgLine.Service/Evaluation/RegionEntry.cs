namespace MpcgLine.Service.Evaluation;

/// <summary>One marked or detected region.</summary>
/// <param name="Box">x, y, width, height, px.</param>
/// <param name="AreaPixels">Pixels.</param>
/// <param name="WidthPixels">Mean width across its long axis, px.</param>
/// <param name="Score">Highest score of its cells; null where none was inspected.</param>
/// <param name="Matched">Whether a marked region was found, or a detected one is right.</param>
internal sealed record RegionEntry(int[] Box, int AreaPixels, double WidthPixels, double? Score, bool Matched);

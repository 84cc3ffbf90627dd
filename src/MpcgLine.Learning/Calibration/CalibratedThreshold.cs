namespace MpcgLine.Learning.Calibration;

/// <summary>A method's threshold and what a person should know of it.</summary>
/// <param name="Threshold">Scores from here on are suspect.</param>
/// <param name="Target">Share of good parts, or of their exposures, it was set for.</param>
/// <param name="Parts">Good parts it rests on.</param>
/// <param name="ExpectedLow">Lower end of the 95 % interval of the false-alarm rate to expect.</param>
/// <param name="ExpectedHigh">Upper end of that interval.</param>
/// <param name="Excluded">Images that production would not inspect, each with the reason; nothing was learnt from them.</param>
/// <param name="Warning">Why the threshold is uncertain, and what to do; null when it rests on enough.</param>
public sealed record CalibratedThreshold(
    float Threshold, double Target, int Parts, double ExpectedLow, double ExpectedHigh, IReadOnlyList<string> Excluded, string? Warning);

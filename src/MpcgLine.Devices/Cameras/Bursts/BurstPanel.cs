namespace MpcgLine.Devices.Cameras.Bursts;

/// <summary>One panel about to be played.</summary>
/// <param name="LineCount">Lines, at least 1.</param>
/// <param name="IsReadable">False where the panel is known to exist but can't be read: all its strips are torn.</param>
/// <param name="Source">The panel's number or file.</param>
internal readonly record struct BurstPanel(int LineCount, bool IsReadable, string Source);

namespace MpcgLine.Inspection.Acquisition;

/// <summary>What is fixed about a camera once it is open.</summary>
/// <param name="Name">Vendor, model and serial number, or the simulated or replayed source.</param>
/// <param name="Width">Pixels per line.</param>
/// <param name="LinesPerStrip">Most lines one strip carries.</param>
/// <param name="IsReal">False for simulated and replayed sources: the daemon then runs in TestMode and never passes a real part.</param>
/// <param name="WaitsForRoom">
/// True for a source without a clock of its own (replay or simulation as fast as possible): it may be held up
/// until the ring has room, while a real camera overruns.
/// </param>
public sealed record CameraDescription(string Name, int Width, int LinesPerStrip, bool IsReal, bool WaitsForRoom);

namespace MpcgLine.Inspection.Reconstruction.Native;

/// <summary>libtorch could not be loaded; the message is one line that names what is missing and what to do.</summary>
public sealed class TorchRuntimeException(string message) : Exception(message);

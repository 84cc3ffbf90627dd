namespace MpcgLine.Inspection.Acquisition;

/// <summary>A camera could not be opened, started or read. The message names the camera and the cause.</summary>
public sealed class CameraException : Exception
{
    /// <inheritdoc/>
    public CameraException()
    {
    }

    /// <inheritdoc/>
    public CameraException(string message)
        : base(message)
    {
    }

    /// <inheritdoc/>
    public CameraException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

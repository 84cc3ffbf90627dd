namespace MpcgLine.Devices.Plc;

/// <summary>The PLC link can't be used as configured, or its state file can't be kept. The message says why.</summary>
public sealed class PlcException : Exception
{
    /// <inheritdoc/>
    public PlcException()
    {
    }

    /// <inheritdoc/>
    public PlcException(string message)
        : base(message)
    {
    }

    /// <inheritdoc/>
    public PlcException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

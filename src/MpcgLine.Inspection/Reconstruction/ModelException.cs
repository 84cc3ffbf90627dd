namespace MpcgLine.Inspection.Reconstruction;

/// <summary>A model bundle can't be used. The message names the file, what is wrong with it and what is expected.</summary>
public sealed class ModelException : Exception
{
    /// <inheritdoc/>
    public ModelException()
    {
    }

    /// <inheritdoc/>
    public ModelException(string message)
        : base(message)
    {
    }

    /// <inheritdoc/>
    public ModelException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

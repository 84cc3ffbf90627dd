namespace MpcgLine.Learning.Training;

/// <summary>Training can't go on. The message says why and what to do.</summary>
public sealed class TrainingException : Exception
{
    /// <inheritdoc/>
    public TrainingException()
    {
    }

    /// <inheritdoc/>
    public TrainingException(string message)
        : base(message)
    {
    }

    /// <inheritdoc/>
    public TrainingException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

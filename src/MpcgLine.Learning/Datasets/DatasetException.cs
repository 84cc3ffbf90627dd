namespace MpcgLine.Learning.Datasets;

/// <summary>A set of images can't be used. The message names every image concerned and what is wrong with it.</summary>
public sealed class DatasetException : Exception
{
    /// <inheritdoc/>
    public DatasetException()
    {
    }

    /// <inheritdoc/>
    public DatasetException(string message)
        : base(message)
    {
    }

    /// <inheritdoc/>
    public DatasetException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

namespace MpcgLine.Imaging;

/// <summary>An image file can't be read. The message names the file and what is wrong with it.</summary>
public sealed class ImageFileException : Exception
{
    /// <inheritdoc/>
    public ImageFileException()
    {
    }

    /// <inheritdoc/>
    public ImageFileException(string message)
        : base(message)
    {
    }

    /// <inheritdoc/>
    public ImageFileException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    internal ImageFileException(string path, string problem, Exception? innerException = null)
        : base($"{path}: {problem}", innerException)
    {
    }
}

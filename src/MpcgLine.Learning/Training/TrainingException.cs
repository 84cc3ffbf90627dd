using System.Runtime.InteropServices;

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

    /// <summary>Of an error inside libtorch; the rest of its message is where in its own code it was thrown.</summary>
    internal static TrainingException OfNative(string what, ExternalException failure) =>
        new($"{what} failed in native code: {failure.Message.Split('\n')[0]}", failure);
}

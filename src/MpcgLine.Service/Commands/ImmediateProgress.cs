namespace MpcgLine.Service.Commands;

/// <summary>Progress told on the reporting thread: the framework's own type would post it to the pool, out of order.</summary>
internal sealed class ImmediateProgress<T>(Action<T> told) : IProgress<T>
{
    public void Report(T value) => told(value);
}

namespace MpcgLine.Service.Workers;

/// <summary>
/// Threads are born here and nowhere else. The work runs on a thread of its own from beginning to end; what it returns or
/// throws comes out of the task, which completes on the pool.
/// </summary>
internal static class DedicatedThread
{
    /// <summary>Starts work on a named background thread.</summary>
    public static Task<T> Run<T>(string name, Func<T> work)
    {
        TaskCompletionSource<T> ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Thread thread = new(() =>
        {
            try
            {
                ended.SetResult(work());
            }
            catch (Exception e)
            {
                ended.SetException(e);
            }
        })
        {
            IsBackground = true,
            Name = name,
        };
        thread.Start();
        return ended.Task;
    }

    /// <inheritdoc cref="Run{T}"/>
    public static Task Run(string name, Action work) => Run(name, () =>
    {
        work();
        return true;
    });
}

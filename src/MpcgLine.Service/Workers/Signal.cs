namespace MpcgLine.Service.Workers;

/// <summary>
/// Wakes the one thread that waits. A semaphore, not a task: a dedicated thread that blocks on a task allocates and wakes
/// 100 times later under load. Setting it twice before the waiter looks wakes it once.
/// </summary>
internal sealed class Signal : IDisposable
{
    private readonly SemaphoreSlim _semaphore = new(0);

    /// <summary>Wakes the waiter, now or when it next waits; any thread.</summary>
    public void Set()
    {
        // What was published before must be visible before the count is read: else a waiter that has just looked, and
        // has not yet begun to wait, sees neither.
        Interlocked.MemoryBarrier();
        if (_semaphore.CurrentCount == 0)
        {
            _semaphore.Release();
        }
    }

    /// <summary>Waits until set or the time is over; the caller looks again at what it waits for either way.</summary>
    public void Wait(TimeSpan longest) => _semaphore.Wait(longest);

    public void Dispose() => _semaphore.Dispose();
}

namespace MpcgLine.Service.Commands;

/// <summary>Exit codes of every command.</summary>
internal static class ExitCode
{
    /// <summary>Done; <c>inspect</c>: no defect found.</summary>
    public const int Done = 0;

    /// <summary><c>inspect</c>: defects found, and no error.</summary>
    public const int DefectsFound = 1;

    /// <summary><c>bench --soak</c> and <c>--scaling</c>: what was to be proven does not hold.</summary>
    public const int DoesNotHold = 1;

    /// <summary>Any error: usage, configuration, an unreadable file, a fault of the production line, a crash.</summary>
    public const int Error = 2;

    /// <summary><c>train</c> was interrupted and saved its state: a script must not go on as if there were a bundle.</summary>
    public const int Interrupted = 130;
}

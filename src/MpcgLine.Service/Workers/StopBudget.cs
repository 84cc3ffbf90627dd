namespace MpcgLine.Service.Workers;

/// <summary>
/// The one budget of a stop: 5 s are allowed from the request to the end of the program, and each step may take what the
/// steps before it left. Any thread.
/// </summary>
internal sealed class StopBudget : IDisposable
{
    private static readonly TimeSpan InspectFor = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan DrainUntil = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan LinkUntil = TimeSpan.FromSeconds(3.5);
    private static readonly TimeSpan RecordUntil = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan EndUntil = TimeSpan.FromSeconds(4.5);

    private readonly CancellationTokenSource _inspection = new();
    private readonly CancellationTokenSource _drain = new();
    private readonly CancellationTokenSource _link = new();
    private readonly CancellationTokenSource _records = new();
    private readonly CancellationTokenSource _end = new();
    private int _isBegun;

    /// <summary>Nothing is inspected from here on: what was not by then never will be.</summary>
    public CancellationToken InspectionOver => _inspection.Token;

    /// <summary>No verdict is waited for from here on.</summary>
    public CancellationToken DrainOver => _drain.Token;

    /// <summary>The PLC link is broken off here.</summary>
    public CancellationToken LinkOver => _link.Token;

    /// <summary>No record is written from here on; what is left is dropped and counted.</summary>
    public CancellationToken RecordsOver => _records.Token;

    /// <summary>Nothing is waited for from here on.</summary>
    public CancellationToken Over => _end.Token;

    /// <summary>The budget begins; only the first call counts.</summary>
    public void Begin()
    {
        if (Interlocked.Exchange(ref _isBegun, 1) == 0)
        {
            _inspection.CancelAfter(InspectFor);
            _drain.CancelAfter(DrainUntil);
            _link.CancelAfter(LinkUntil);
            _records.CancelAfter(RecordUntil);
            _end.CancelAfter(EndUntil);
        }
    }

    /// <summary>Ends inspection at once, and begins the budget of what follows.</summary>
    public void Abort()
    {
        Begin();
        _inspection.Cancel();
    }

    public void Dispose()
    {
        _inspection.Dispose();
        _drain.Dispose();
        _link.Dispose();
        _records.Dispose();
        _end.Dispose();
    }
}

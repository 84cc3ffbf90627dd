namespace MpcgLine.Service.Telemetry;

/// <summary>
/// Every event of the service, one number each, never used again for another. The PLC link has 3000 to 3099, the replay
/// camera 3100 to 3119.
/// </summary>
internal static class EventIds
{
    /// <summary>A production line begins.</summary>
    public const int LineStarting = 1000;

    /// <summary>Model warm, strips are taken from here on.</summary>
    public const int LineReady = 1001;

    /// <summary>The source has no more strips.</summary>
    public const int SourceEnded = 1002;

    /// <summary>A stop was asked for.</summary>
    public const int LineStopping = 1003;

    /// <summary>All panels judged, all threads ended.</summary>
    public const int LineStopped = 1004;

    /// <summary>The PLC did not accept verdicts in time at the start; the line begins all the same.</summary>
    public const int PlcNotReady = 1005;

    /// <summary>Everything counted above zero, once at the end.</summary>
    public const int Counters = 1006;

    /// <summary>One per panel.</summary>
    public const int Verdict = 1010;

    /// <summary>One per defective region.</summary>
    public const int Defect = 1011;

    /// <summary>The PLC read another word than the verdict's.</summary>
    public const int PlcMismatch = 1012;

    /// <summary>The ring was full: lines dropped by us.</summary>
    public const int Overrun = 1020;

    /// <summary>A verdict came after the deadline monitor's.</summary>
    public const int LateVerdict = 1021;

    /// <summary>The PLC link had no room for an order.</summary>
    public const int OrderRefused = 1022;

    /// <summary>The recorder was behind.</summary>
    public const int RecordDropped = 1023;

    /// <summary>A picture could not be written.</summary>
    public const int PictureFailed = 1024;

    /// <summary>Bursts of which no strip arrived; one event per gap.</summary>
    public const int BurstsMissing = 1025;

    /// <summary>A worker ended by a fault.</summary>
    public const int WorkerFault = 1030;

    /// <summary>A worker did not end within the stop's time.</summary>
    public const int WorkerOverdue = 1031;
}

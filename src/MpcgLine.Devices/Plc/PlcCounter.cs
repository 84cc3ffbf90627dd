namespace MpcgLine.Devices.Plc;

/// <summary>What the PLC link counts.</summary>
public enum PlcCounter
{
    /// <summary>Cycles that wrote the head and read the PLC's block.</summary>
    Cycles,

    /// <summary>Connections opened.</summary>
    Connects,

    /// <summary>Connections that could not be opened.</summary>
    ConnectFailures,

    /// <summary>Connections lost, for whatever cause.</summary>
    LinkLosses,

    /// <summary>Transactions that passed their deadline.</summary>
    Timeouts,

    /// <summary>Replies that broke the protocol, and acknowledgements of results never written.</summary>
    ProtocolErrors,

    /// <summary>Exception replies.</summary>
    ExceptionReplies,

    /// <summary>Changes of PlcSession.</summary>
    PlcRestarts,

    /// <summary>Heartbeats withheld because the liveness token did not come round.</summary>
    HeartbeatsWithheld,

    /// <summary>Orders taken into the queue.</summary>
    OrdersSubmitted,

    /// <summary>Orders refused because the queue was full.</summary>
    OrdersRefused,

    /// <summary>Orders whose deadline passed before they could be written.</summary>
    OrdersExpired,

    /// <summary>Results committed to the PLC's registers.</summary>
    ResultsWritten,

    /// <summary>Results the PLC acknowledged.</summary>
    ResultsAcknowledged,

    /// <summary>Results given up after they were, or may have been, written.</summary>
    ResultsDropped,

    /// <summary>Accepts written as NotInspected because their deadline had passed.</summary>
    LateAccepts,

    /// <summary>Panels that fitted no announced part, or more than one.</summary>
    Unbound,

    /// <summary>Slots that read back different from what was written.</summary>
    ReadBackMismatches,

    /// <summary>Parts announced by the PLC and read.</summary>
    PartsAnnounced,

    /// <summary>Parts announced by the PLC and overwritten before they were read.</summary>
    PartsMissed,
}

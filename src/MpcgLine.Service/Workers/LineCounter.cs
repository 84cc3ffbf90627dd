namespace MpcgLine.Service.Workers;

/// <summary>What the workers count beside the inspection path's own counters.</summary>
internal enum LineCounter
{
    /// <summary>Orders the PLC link had no room for; the part stays rejected.</summary>
    OrdersRefused,

    /// <summary>Verdicts that came after the deadline monitor had judged their panel.</summary>
    LateVerdicts,

    /// <summary>Panels the deadline monitor judged.</summary>
    DeadlinesMissed,

    /// <summary>Records dropped because the recorder was behind, or not done when the stop's time was over; their verdicts were given.</summary>
    RecordsDropped,

    /// <summary>Records or pictures that could not be written.</summary>
    RecordsFailed,

    /// <summary>Panels without a picture because no buffer was free.</summary>
    PicturesSkipped,
}

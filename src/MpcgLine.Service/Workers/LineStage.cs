namespace MpcgLine.Service.Workers;

/// <summary>Stages the liveness token passes through, in order; the PLC link takes it at the end.</summary>
internal enum LineStage
{
    /// <summary>Camera thread.</summary>
    Acquisition,

    /// <summary>Stitching thread.</summary>
    Stitching,

    /// <summary>Inference thread.</summary>
    Inference,

    /// <summary>Deadline monitor.</summary>
    Deadline,

    /// <summary>Come round.</summary>
    Arrived,
}

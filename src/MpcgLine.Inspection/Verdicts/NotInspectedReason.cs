namespace MpcgLine.Inspection.Verdicts;

/// <summary>Why a panel was not inspected; the values are the PLC contract's fault codes.</summary>
public enum NotInspectedReason
{
    /// <summary>The panel was inspected.</summary>
    None = 0,

    /// <summary>Lines missing at source, torn strips, a lost camera, or an image that does not show where the part lies.</summary>
    Camera = 1,

    /// <summary>Encoder reset, reversal or jump.</summary>
    Encoder = 2,

    /// <summary>The inference stage failed.</summary>
    Inference = 3,

    /// <summary>The verdict was not ready before its deadline.</summary>
    Deadline = 4,

    /// <summary>A bounded queue or the ring was full: lines dropped by us.</summary>
    Queue = 5,

    /// <summary>Records can't be written.</summary>
    Disk = 6,

    /// <summary>
    /// The configuration or the model does not fit the panel: its length, or the part's size between the edges found.
    /// A broken part shows as this.
    /// </summary>
    Configuration = 7,

    /// <summary>The PLC link broke its protocol.</summary>
    PlcProtocol = 8,

    /// <summary>No announced part, or more than one, fits the panel's leading edge.</summary>
    PartBinding = 9,
}

using MpcgLine.Inspection.Rejection;
using MpcgLine.Inspection.Verdicts;

namespace MpcgLine.Service.Workers;

/// <summary>Told of every panel once its way has ended; off the hot path, one call at a time, on the pool.</summary>
internal interface ILineObserver
{
    /// <summary>A panel's verdict, and what became of it at the PLC.</summary>
    /// <param name="source">File or number of the panel at its camera; empty when the camera tells none.</param>
    /// <param name="verdict">The verdict.</param>
    /// <param name="outcome">What the PLC read back; null without a PLC, or when the order could not be submitted.</param>
    /// <param name="picture">The panel's pixels, valid during the call; null where none are kept.</param>
    void PanelEnded(string source, PanelVerdict verdict, RejectOutcome? outcome, PanelPicture? picture);
}

namespace MpcgLine.Inspection.Rejection;

/// <summary>Where verdicts leave the daemon: the PLC link, in either Modbus role.</summary>
public interface IRejectSink
{
    /// <summary>
    /// Hands over an order without waiting; called on the verdict's thread.
    /// </summary>
    /// <returns>False when the bounded queue is full: the caller counts it, and the part stays rejected by the PLC's default.</returns>
    bool TrySubmit(in RejectOrder order);
}

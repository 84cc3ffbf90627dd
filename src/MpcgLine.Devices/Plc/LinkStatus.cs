using MpcgLine.Inspection.Verdicts;

namespace MpcgLine.Devices.Plc;

/// <summary>
/// Puts the Status and FaultCode registers together from what the stages report (any thread) and what the link
/// knows itself (its own thread).
/// </summary>
internal sealed class LinkStatus(bool cameraIsReal)
{
    private const PlcStatus OwnBits = PlcStatus.Online | PlcStatus.TestMode;
    private const PlcStatus Latched = PlcStatus.Late | PlcStatus.Overrun;
    private int _reported = (int)PlcStatus.WarmingUp;
    private int _fault;
    private NotInspectedReason _linkFault;

    public bool IsWarmingUp => ((PlcStatus)Volatile.Read(ref _reported)).HasFlag(PlcStatus.WarmingUp);

    public void Report(PlcStatus bits, bool isSet)
    {
        if ((bits & OwnBits) != 0)
        {
            throw new ArgumentException($"{bits & OwnBits} is the link's own to set.", nameof(bits));
        }

        if (isSet)
        {
            Interlocked.Or(ref _reported, (int)bits);
        }
        else
        {
            Interlocked.And(ref _reported, ~(int)bits);
        }
    }

    public void ReportFault(NotInspectedReason code) => Volatile.Write(ref _fault, (int)code);

    public void LatchLate() => Report(PlcStatus.Late, true);

    public void LatchLinkFault() => _linkFault = NotInspectedReason.PlcProtocol;

    public void ClearLatched()
    {
        Report(Latched, false);
        _linkFault = NotInspectedReason.None;
    }

    public void WriteTo(DaemonRegisters registers, bool online)
    {
        int fault = Volatile.Read(ref _fault) is var reported and not 0 ? reported : (int)_linkFault;
        PlcStatus status = (PlcStatus)Volatile.Read(ref _reported);
        status |= online ? PlcStatus.Online : PlcStatus.None;
        status |= cameraIsReal ? PlcStatus.None : PlcStatus.TestMode;
        status |= fault != 0 ? PlcStatus.Fault : PlcStatus.None;
        registers.Status = status;
        registers.FaultCode = (ushort)fault;
    }
}

using Microsoft.Extensions.Logging;
using MpcgLine.Devices.Plc.Modbus;
using MpcgLine.Inspection.Primitives;

namespace MpcgLine.Devices.Plc;

/// <content>Events of the PLC link: 3000..3099.</content>
public sealed partial class PlcLink
{
    [LoggerMessage(3000, LogLevel.Information, "PLC link to {Host}:{Port} begins, session {SessionId}, TestMode {TestMode}.")]
    private partial void LogStarted(string host, int port, int sessionId, bool testMode);

    [LoggerMessage(3001, LogLevel.Information, "PLC {Host}:{Port} connected, PLC session {PlcSession}, after {Attempts} attempts.")]
    private partial void LogConnected(string host, int port, int plcSession, int attempts);

    [LoggerMessage(3002, LogLevel.Warning, "PLC {Host}:{Port} can't be reached ({Cause}); trying on, reported once.")]
    private partial void LogConnectFailed(string host, int port, ModbusResult cause);

    [LoggerMessage(3003, LogLevel.Warning, "PLC link lost ({Cause}) with {Pending} results unacknowledged.")]
    private partial void LogLinkLost(ModbusResult cause, int pending);

    [LoggerMessage(3004, LogLevel.Information, "PLC link online: verdicts are valid.")]
    private partial void LogOnline();

    [LoggerMessage(3005, LogLevel.Warning, "PLC link offline: PLC alive {PlcAlive}, AckSession {AckSession} for session {SessionId}, warming up {WarmingUp}.")]
    private partial void LogOffline(bool plcAlive, int ackSession, int sessionId, bool warmingUp);

    [LoggerMessage(3006, LogLevel.Warning, "PLC restarted: session {OldPlcSession} became {PlcSession}; {Pending} results dropped, nothing announced before binds.")]
    private partial void LogPlcRestarted(int oldPlcSession, int plcSession, int pending);

    [LoggerMessage(3007, LogLevel.Debug, "Result of panel {PanelId} for part {PartId} acknowledged: sequence {Sequence}, word {Word:X4}.")]
    private partial void LogAcknowledged(PanelId panelId, uint partId, int sequence, int word);

    [LoggerMessage(3008, LogLevel.Warning, "Panel {PanelId} fits no announced part, or more than one: leading edge {EncoderCount} in the PLC's encoder.")]
    private partial void LogUnbound(PanelId panelId, uint encoderCount);

    [LoggerMessage(3009, LogLevel.Warning, "Accept of panel {PanelId} is past its deadline and becomes NotInspected.")]
    private partial void LogLateAccept(PanelId panelId);

    [LoggerMessage(3010, LogLevel.Warning, "Order of panel {PanelId} ended unwritten; the part stays rejected.")]
    private partial void LogUnwritten(PanelId panelId);

    [LoggerMessage(3011, LogLevel.Error, "Slot of panel {PanelId} read back different: wrote {Word:X4}, read {ReadBack:X4}; not committed.")]
    private partial void LogReadBackMismatch(PanelId panelId, int word, int readBack);

    [LoggerMessage(3012, LogLevel.Error, "Result {Sequence} is not acknowledged in time (AckSeq {AckSeq}); {Pending} results dropped, handshake begins afresh.")]
    private partial void LogNotAcknowledged(int sequence, int ackSeq, int pending);

    [LoggerMessage(3013, LogLevel.Warning, "{Count} announced parts were overwritten before they could be read; their panels bind nothing.")]
    private partial void LogPartsMissed(long count);

    [LoggerMessage(3014, LogLevel.Error, "PLC answers with exception {Code}; reported once.")]
    private partial void LogExceptionReply(int code);

    [LoggerMessage(3015, LogLevel.Error, "PLC broke the protocol: {What} {Value} can't be.")]
    private partial void LogProtocolFault(string what, int value);

    [LoggerMessage(3016, LogLevel.Information, "PLC knows no FC23; FC16 and FC03 take its place.")]
    private partial void LogReadWriteMissing();

    [LoggerMessage(3017, LogLevel.Information, "PLC link ended; Online = 0 written: {Told}.")]
    private partial void LogSignedOff(bool told);
}

using Microsoft.Extensions.Logging;
using MpcgLine.Devices.Plc;
using MpcgLine.Inspection.Regions;
using MpcgLine.Inspection.Rejection;
using MpcgLine.Inspection.Verdicts;

namespace MpcgLine.Service.Telemetry;

/// <summary>The service's events; field names are fixed, because people and programs search by them.</summary>
internal static partial class LineLog
{
    /// <summary>One event for the verdict, one for each defect, and one where the PLC read something else.</summary>
    public static void PanelEnded(this ILogger logger, string source, PanelVerdict verdict, RejectOutcome? outcome, TimeProvider time)
    {
        uint part = outcome?.PartId ?? 0;
        long toldAt = outcome is { WrittenAt: > 0 } ? outcome.Value.WrittenAt : verdict.DecidedAt;
        logger.Verdict(
            verdict.Panel.Value,
            part,
            source,
            verdict.Verdict,
            verdict.Reason,
            verdict.Defects.Count,
            Math.Round(time.GetElapsedTime(verdict.LastLineAt, toldAt).TotalMilliseconds, 1),
            verdict.LinesReceived,
            verdict.LinesExpected,
            verdict.TilesInspected,
            verdict.LeadingEdge.Value,
            outcome?.Sequence ?? 0);
        foreach (Defect defect in verdict.Defects)
        {
            logger.DefectFound(verdict.Panel.Value, part, defect);
        }

        if (outcome is { } told && told.ReadBackWord != VerdictWord.Of(verdict.Verdict, verdict.Reason))
        {
            logger.PlcMismatch(verdict.Panel.Value, part, verdict.Verdict, verdict.Reason, told.WrittenWord, told.ReadBackWord);
        }
    }

    [LoggerMessage(EventIds.LineStarting, LogLevel.Information, "Production line begins: camera {Camera}, {Width} px per line, {LinesPerStrip} lines per strip, model {Model}, fusion {Fusion}, precision {Precision}.")]
    public static partial void LineStarting(this ILogger logger, string camera, int width, int linesPerStrip, string model, string fusion, string precision);

    [LoggerMessage(EventIds.LineReady, LogLevel.Information, "Ready: the model answers, strips are taken from here on.")]
    public static partial void LineReady(this ILogger logger);

    [LoggerMessage(EventIds.SourceEnded, LogLevel.Information, "The source has ended; what is under way is judged.")]
    public static partial void SourceEnded(this ILogger logger);

    [LoggerMessage(EventIds.LineStopping, LogLevel.Information, "Stop asked for: source, drain, reject, PLC.")]
    public static partial void LineStopping(this ILogger logger);

    [LoggerMessage(EventIds.LineStopped, LogLevel.Information, "Stopped. Panels {Panels}: accepted {Accepted}, rejected {Rejected}, not inspected {NotInspected}; late verdicts {LateVerdicts}, overruns {Overruns}, records dropped {RecordsDropped}.")]
    public static partial void LineStopped(this ILogger logger, long panels, long accepted, long rejected, long notInspected, long lateVerdicts, long overruns, long recordsDropped);

    [LoggerMessage(EventIds.Counters, LogLevel.Information, "Counted: {@Counters}")]
    public static partial void Counted(this ILogger logger, IReadOnlyDictionary<string, long> counters);

    [LoggerMessage(EventIds.BurstsMissing, LogLevel.Warning, "{Bursts} bursts missing before burst {Burst}: not one strip of them came; their panels are not inspected.")]
    public static partial void BurstsMissing(this ILogger logger, long bursts, long burst);

    [LoggerMessage(EventIds.WorkerOverdue, LogLevel.Critical, "{Worker} does not end within the time a stop may take; the line ends without it.")]
    public static partial void WorkerOverdue(this ILogger logger, string worker);

    [LoggerMessage(EventIds.PlcNotReady, LogLevel.Warning, "The PLC takes no verdicts yet, {Seconds} s after the start; the line begins, and its panels are rejected until it does.")]
    public static partial void PlcNotReady(this ILogger logger, double seconds);

    [LoggerMessage(EventIds.Overrun, LogLevel.Warning, "Ring full: {Overruns} strips dropped so far (ring of {Capacity}); their panels are not inspected.")]
    public static partial void Overrun(this ILogger logger, long overruns, int capacity);

    [LoggerMessage(EventIds.LateVerdict, LogLevel.Warning, "Panel {PanelId}: {Verdict} came after its deadline; the panel stays NotInspected.")]
    public static partial void LateVerdict(this ILogger logger, long panelId, Verdict verdict);

    [LoggerMessage(EventIds.OrderRefused, LogLevel.Error, "Panel {PanelId}: the PLC link has no room for its verdict ({OrdersRefused} so far); the part stays rejected.")]
    public static partial void OrderRefused(this ILogger logger, long panelId, long ordersRefused);

    [LoggerMessage(EventIds.RecordDropped, LogLevel.Warning, "The recorder is behind: {RecordsDropped} records dropped so far; verdicts were given.")]
    public static partial void RecordDropped(this ILogger logger, long recordsDropped);

    [LoggerMessage(EventIds.PictureFailed, LogLevel.Error, "Panel {PanelId}: its picture or record can't be written: {Problem}")]
    public static partial void PictureFailed(this ILogger logger, long panelId, string problem);

    [LoggerMessage(EventIds.WorkerFault, LogLevel.Critical, "{Worker} ended by a fault; the production line goes to its safe state and stops.")]
    public static partial void WorkerFault(this ILogger logger, Exception fault, string worker);

    [LoggerMessage(EventIds.Verdict, LogLevel.Information, "Panel {PanelId}, part {PartId}: {Verdict} ({Reason}), {DefectCount} defects, {ElapsedMs} ms after the last line; {LinesReceived}/{LinesExpected} lines, {Tiles} tiles, encoder {EncoderCount}, PLC sequence {Sequence}, source {Source}")]
    private static partial void Verdict(
        this ILogger logger,
        long panelId,
        uint partId,
        string source,
        Verdict verdict,
        NotInspectedReason reason,
        int defectCount,
        double elapsedMs,
        int linesReceived,
        int linesExpected,
        int tiles,
        uint encoderCount,
        int sequence);

    private static void DefectFound(this ILogger logger, long panel, uint part, Defect defect) => logger.Defect(
        panel,
        part,
        defect.Class,
        defect.Polarity,
        defect.Box.X,
        defect.Box.Y,
        defect.Box.Width,
        defect.Box.Height,
        Math.Round(defect.CentroidX, 1),
        Math.Round(defect.CentroidY, 1),
        Math.Round(defect.CentroidXMillimetres, 3),
        Math.Round(defect.CentroidYMillimetres, 3),
        defect.AreaPixels,
        Math.Round(defect.AreaSquareMillimetres, 4),
        Math.Round(defect.Contrast, 1),
        Math.Round(defect.Score, 2),
        Math.Round(defect.Threshold, 2));

    [LoggerMessage(EventIds.Defect, LogLevel.Information, "Panel {PanelId}, part {PartId}: {Polarity} {DefectClass}, box {X},{Y} {Width} x {Height} px, centroid {CentroidX},{CentroidY} px = {CentroidXMm},{CentroidYMm} mm, area {AreaPixels} px = {AreaMm2} mm2, contrast {Contrast}, score {Score} of {Threshold}")]
    private static partial void Defect(
        this ILogger logger,
        long panelId,
        uint partId,
        DefectClass defectClass,
        Polarity polarity,
        int x,
        int y,
        int width,
        int height,
        double centroidX,
        double centroidY,
        double centroidXMm,
        double centroidYMm,
        int areaPixels,
        double areaMm2,
        double contrast,
        double score,
        double threshold);

    [LoggerMessage(EventIds.PlcMismatch, LogLevel.Error, "Panel {PanelId}, part {PartId}: verdict {Verdict} ({Reason}), but the PLC was written {WrittenWord:X4} and read back {ReadBackWord:X4}.")]
    private static partial void PlcMismatch(this ILogger logger, long panelId, uint partId, Verdict verdict, NotInspectedReason reason, int writtenWord, int readBackWord);
}

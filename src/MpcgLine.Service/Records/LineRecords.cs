using System.Text.Json;
using Microsoft.Extensions.Logging;
using MpcgLine.Imaging;
using MpcgLine.Inspection.Rejection;
using MpcgLine.Inspection.Verdicts;
using MpcgLine.Service.Configuration;
using MpcgLine.Service.Telemetry;
using MpcgLine.Service.Workers;

namespace MpcgLine.Service.Records;

/// <summary>Keeps <c>verdicts.jsonl</c>, one line per panel, added to what earlier starts wrote, and <c>overlays/panel-N.png</c>.</summary>
internal sealed class LineRecords : ILineObserver, IDisposable
{
    private readonly OutputOptions _options;
    private readonly LineCounters _counters;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly string _overlays;
    private readonly StreamWriter _verdicts;

    /// <exception cref="IOException">The folder can't be written.</exception>
    public LineRecords(OutputOptions options, LineCounters counters, TimeProvider time, ILogger logger)
    {
        (_options, _counters, _time, _logger) = (options, counters, time, logger);
        _overlays = Path.Combine(options.Folder, "overlays");
        Directory.CreateDirectory(options.Overlays == OverlayChoice.None ? options.Folder : _overlays);
        _verdicts = new StreamWriter(Path.Combine(options.Folder, "verdicts.jsonl"), append: true) { AutoFlush = true };
    }

    public void PanelEnded(string source, PanelVerdict verdict, RejectOutcome? outcome, PanelPicture? picture)
    {
        try
        {
            _verdicts.WriteLine(JsonSerializer.Serialize(VerdictRecord.Of(source, verdict, outcome, _time), JsonForm.Line));
            bool isWanted = _options.Overlays == OverlayChoice.All || (_options.Overlays == OverlayChoice.Defective && verdict.Defects.Count > 0);
            if (picture is not null && isWanted)
            {
                OverlayPicture.WritePng(Path.Combine(_overlays, $"panel-{verdict.Panel}.png"), picture.Image, verdict.Defects);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ImageFileException)
        {
            _counters.Add(LineCounter.RecordsFailed);
            _logger.PictureFailed(verdict.Panel.Value, e.Message);
        }
    }

    public void Dispose() => _verdicts.Dispose();
}

using Microsoft.Extensions.Logging;
using MpcgLine.Inspection;
using MpcgLine.Inspection.Acquisition;
using MpcgLine.Inspection.Verdicts;
using MpcgLine.Service.Configuration;
using MpcgLine.Service.Telemetry;

namespace MpcgLine.Service.Workers;

/// <summary>
/// A running production line: PLC link, inference, stitching and acquisition, started in this order and stopped in the
/// reverse: source, drain, reject, PLC. A worker's fault is logged once, puts the line in its safe state and ends it.
/// </summary>
internal sealed class ProductionLine : IAsyncDisposable
{
    // Pieces are tile rows, of which the pool has few, and panel ends.
    private const int PanelEnds = 64;

    // From a stop to its end 5 s are allowed: what is not inspected by then never will be.
    private static readonly TimeSpan DrainWithin = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan PlcDrainWithin = TimeSpan.FromSeconds(1);

    private readonly LineSetup _setup;
    private readonly TimeProvider _time;
    private readonly ILogger<ProductionLine> _logger;
    private readonly CancellationTokenSource _stopSource = new();
    private readonly CancellationTokenSource _abort = new();
    private readonly LivenessToken _token = new();
    private readonly ILineScanCamera _camera;
    private readonly LineHandOver _handOver;
    private readonly RecorderWorker _recorder;
    private readonly InferenceWorker _inference;
    private int _faults;

    /// <summary>Opens the camera and allocates every buffer; nothing runs yet.</summary>
    /// <exception cref="CameraException">The camera can't be opened.</exception>
    /// <exception cref="Devices.Plc.PlcException">The PLC link can't be made.</exception>
    public ProductionLine(LineSetup setup, TimeProvider time, ILoggerFactory loggers)
    {
        (_setup, _time, _logger) = (setup, time, loggers.CreateLogger<ProductionLine>());
        LineOptions options = setup.Options;
        _recorder = new RecorderWorker(setup.Observers, Counters, time, loggers.CreateLogger<RecorderWorker>());
        _camera = setup.OpenCamera(burst =>
        {
            _recorder.NoteSource(burst);
            Plc?.AnnouncePart(burst, _camera!.Description.WaitsForRoom);
        });
        CameraDescription camera = _camera.Description;
        Plc = options.Plc.Mode == PlcMode.None
            ? null
            : new PlcConnection(options.Plc, camera.IsReal, _token, _recorder.Take, time, loggers);
        _handOver = new LineHandOver(
            options.Camera.RingStrips, camera.Width, camera.LinesPerStrip, options.Inspection.Stitching.TileRowBuffers + PanelEnds);
        _inference = new InferenceWorker(
            setup.Bundle,
            options.Model.Inference(),
            stage => new InspectionPipeline(options.Inspection, camera.Width, stage, time, InspectionCounters),
            _handOver,
            _token,
            options.Output.Overlays == OverlayChoice.None ? null : new PictureKeeper(Counters));
    }

    /// <summary>The PLC link; null without one.</summary>
    public PlcConnection? Plc { get; }

    /// <summary>What the inspection path counted.</summary>
    public InspectionCounters InspectionCounters { get; } = new();

    /// <summary>What the workers counted.</summary>
    public LineCounters Counters { get; } = new();

    /// <summary>Whether a worker ended by a fault.</summary>
    public bool HasFault => Volatile.Read(ref _faults) > 0;

    /// <summary>Ends when the line has: by a stop, the source's end, or a fault.</summary>
    public Task Ended { get; private set; } = Task.CompletedTask;

    /// <summary>Proves the model, waits for the PLC, and starts the camera.</summary>
    /// <exception cref="Inspection.Reconstruction.ModelException">The model does not compute what it should.</exception>
    public async Task StartAsync(CancellationToken cancellation)
    {
        CameraDescription camera = _camera.Description;
        _logger.LineStarting(
            camera.Name, camera.Width, camera.LinesPerStrip, _setup.Bundle.Manifest.Name, _setup.Options.Model.Fusion.ToString());
        Task plc = Guard("PLC link", Plc?.Start() ?? Task.CompletedTask);
        Task inference = Guard("Inference", DedicatedThread.Run("inference", () => _inference.Run(_abort.Token)));
        Task recorder = Guard("Recorder", _recorder.RunAsync());
        InspectionPipeline pipeline;
        try
        {
            pipeline = await _inference.Ready.WaitAsync(cancellation);
        }
        catch
        {
            _recorder.Complete();
            await StopPlcAsync();
            throw;
        }

        OpenPanels panels = new();
        VerdictDesk desk = new(
            panels, Plc?.Link, _recorder, Counters, _time, _setup.Options.Inspection.Verdict.Deadline, _logger);
        _inference.Desk = desk;
        Task monitor = Guard("Deadline monitor", MonitorAsync(desk));
        StitchWorker stitcher = new(pipeline, camera, _handOver, _token, panels, desk, _time);
        Task stitching = Guard("Stitching", DedicatedThread.Run("stitching", () => stitcher.Run(_abort.Token)));
        AcquisitionWorker acquirer = new(_camera, _handOver, _token, _logger);
        Task acquisition = Guard("Acquisition", DedicatedThread.Run("acquisition", () => acquirer.Run(_stopSource.Token)));
        Ended = EndAsync(desk, acquisition, stitching, inference, monitor, recorder, plc);
        await Task.Run(() => Plc?.BecomeReady(cancellation), cancellation);
        _logger.LineReady();
        acquirer.Release();
    }

    /// <summary>Stops in order; ends within 5 s.</summary>
    public async Task StopAsync()
    {
        _logger.LineStopping();
        await _stopSource.CancelAsync();
        _abort.CancelAfter(DrainWithin);
        await Ended;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopSource.CancelAsync();
        await _abort.CancelAsync();
        await Ended;
        _camera.Dispose();
        Plc?.Dispose();
        _handOver.Dispose();
        _stopSource.Dispose();
        _abort.Dispose();
    }

    private async Task EndAsync(VerdictDesk desk, Task acquisition, Task stitching, Task inference, Task monitor, Task recorder, Task plc)
    {
        await acquisition;
        if (!_stopSource.IsCancellationRequested)
        {
            _logger.SourceEnded();
        }

        await Task.WhenAll(stitching, inference);
        desk.DenyOpen(HasFault ? NotInspectedReason.Inference : NotInspectedReason.Queue);
        if (Plc is not null)
        {
            await Plc.DrainAsync(PlcDrainWithin);
        }

        await _stopSource.CancelAsync();
        await monitor;
        await StopPlcAsync();
        await plc;
        _recorder.Complete();
        await recorder;
        LogStopped();
    }

    private async Task StopPlcAsync()
    {
        if (Plc is not null)
        {
            await Plc.StopAsync();
        }
    }

    private async Task MonitorAsync(VerdictDesk desk)
    {
        using PeriodicTimer tick = new(LineHandOver.Poll, _time);
        try
        {
            while (true)
            {
                desk.DenyOverdue();
                _token.Pass(LineStage.Deadline);
                await tick.WaitForNextTickAsync(_stopSource.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // From here on the drain's own limits rule.
            _token.Retire(LineStage.Deadline);
        }
    }

    // The one place where a worker's fault is caught: logged once, fault told to the PLC, every other worker ended.
    private async Task Guard(string worker, Task work)
    {
        try
        {
            await work;
        }
        catch (Exception e)
        {
            Interlocked.Increment(ref _faults);
            _logger.WorkerFault(e, worker);
            Plc?.Link.ReportFault(NotInspectedReason.Inference);
            await _stopSource.CancelAsync();
            await _abort.CancelAsync();
            _handOver.EndAcquisition();
            _handOver.EndStitching();
        }
    }

    private void LogStopped() => _logger.LineStopped(
        InspectionCounters[InspectionCounter.Panels],
        InspectionCounters[InspectionCounter.Accepted],
        InspectionCounters[InspectionCounter.Rejected],
        InspectionCounters[InspectionCounter.NotInspected],
        Counters[LineCounter.LateVerdicts],
        _handOver.Ring.Overruns,
        Counters[LineCounter.RecordsDropped]);
}

using Microsoft.Extensions.Logging;
using MpcgLine.Inspection;
using MpcgLine.Inspection.Acquisition;
using MpcgLine.Inspection.Stitching;
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

    private static readonly TimeSpan PlcDrainWithin = TimeSpan.FromSeconds(1);

    private readonly LineSetup _setup;
    private readonly TimeProvider _time;
    private readonly ILogger<ProductionLine> _logger;
    private readonly CancellationTokenSource _stopSource = new();
    private readonly StopBudget _budget = new();
    private readonly LivenessToken _token = new();
    private readonly ILineScanCamera _camera;
    private readonly LineHandOver _handOver;
    private readonly RecorderWorker _recorder;
    private readonly InferenceWorker _inference;
    private int _faults;
    private int _faultReason;
    private Task _plcEnded = Task.CompletedTask;
    private Task _inferenceEnded = Task.CompletedTask;
    private Task _recorderEnded = Task.CompletedTask;

    /// <summary>Opens the camera and allocates every buffer; nothing runs yet.</summary>
    /// <exception cref="CameraException">The camera can't be opened.</exception>
    /// <exception cref="ConfigurationException">The options do not fit the camera.</exception>
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
        RefuseMisfit(options.Inspection, camera);
        Plc = options.Plc.Mode == PlcMode.None
            ? null
            : new PlcConnection(options.Plc, camera.IsReal, _token, _recorder.Take, time, loggers);
        _handOver = new LineHandOver(
            options.Camera.RingStrips, camera.Width, camera.LinesPerStrip, options.Inspection.Stitching.TileRowBuffers + PanelEnds);
        _inference = new InferenceWorker(
            setup.Bundle,
            setup.Inference,
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
    public LineCounters Counters => _setup.Counters;

    /// <summary>Whether a worker ended by a fault.</summary>
    public bool HasFault => Volatile.Read(ref _faults) > 0;

    /// <summary>Ends when the line has: by a stop, the source's end, or a fault.</summary>
    public Task Ended { get; private set; } = Task.CompletedTask;

    /// <summary>Proves the model, waits for the PLC, and starts the camera.</summary>
    /// <exception cref="Inspection.Reconstruction.ModelException">The model does not compute what it should.</exception>
    /// <exception cref="OperationCanceledException">Stopped before it was ready; the threads of the start were ended.</exception>
    public async Task StartAsync(CancellationToken cancellation)
    {
        CameraDescription camera = _camera.Description;
        _logger.LineStarting(
            camera.Name, camera.Width, camera.LinesPerStrip, _setup.Bundle.Manifest.Name, _setup.Options.Model.Fusion.ToString(), _setup.Inference.PrecisionInWords());
        _plcEnded = Guard("PLC link", NotInspectedReason.PlcProtocol, Plc?.Start() ?? Task.CompletedTask);
        _inferenceEnded = Guard(
            "Inference", NotInspectedReason.Inference, DedicatedThread.Run("inference", () => _inference.Run(_budget.InspectionOver)));
        _recorderEnded = Guard("Recorder", NotInspectedReason.Disk, _recorder.RunAsync(_budget.RecordsOver));
        if (await PipelineAsync(cancellation) is not { } pipeline)
        {
            return;
        }

        // The garbage of the start goes now: left alone, it would be collected some day in the middle of a panel.
        GC.Collect();
        AcquisitionWorker acquirer = new(_camera, _handOver, _token, _logger);
        Ended = RunAsync(pipeline, acquirer);
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _stopSource.Token);
        try
        {
            await Task.Run(() => Plc?.BecomeReady(over.Token), over.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // A worker's fault, or a stop, ended the line meanwhile.
            return;
        }

        _logger.LineReady();
        acquirer.Release();
    }

    /// <summary>Stops in order; ends within 5 s.</summary>
    public async Task StopAsync()
    {
        _logger.LineStopping();
        _budget.Begin();
        await _stopSource.CancelAsync();
        await Ended;
    }

    public async ValueTask DisposeAsync()
    {
        _budget.Abort();
        await _stopSource.CancelAsync();
        await Ended;
        _camera.Dispose();
        _budget.Dispose();
        Plc?.Dispose();
        _handOver.Dispose();
        _stopSource.Dispose();
    }

    private void RefuseMisfit(InspectionOptions options, CameraDescription camera)
    {
        List<string> problems = [.. options.Problems("Inspection", camera.LinesPerStrip)];
        if (options.Edges.Mode == EdgeMode.Web && camera.Width < EdgeOptions.SmallestWebWidth)
        {
            problems.Add($"Inspection:Edges:Mode is Web; it needs lines of at least {EdgeOptions.SmallestWebWidth} px.");
        }

        if (problems.Count > 0)
        {
            _camera.Dispose();
            throw new ConfigurationException(
                $"Camera {camera.Name} gives strips of {camera.Width} px by {camera.LinesPerStrip} lines: {string.Join(" ", problems)}");
        }
    }

    // Null where a worker's fault, which was logged, ended the start.
    private async Task<InspectionPipeline?> PipelineAsync(CancellationToken cancellation)
    {
        try
        {
            return await _inference.Ready.WaitAsync(cancellation);
        }
        catch (Exception e)
        {
            _budget.Abort();
            _handOver.EndStitching();
            await EndPlcAndRecorderAsync();

            // A model being read can't be broken off; that it takes longer than a stop may is no fault.
            await _inferenceEnded.WaitAsync(_budget.Over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (e is OperationCanceledException && HasFault && !cancellation.IsCancellationRequested)
            {
                return null;
            }

            throw;
        }
    }

    private Task RunAsync(InspectionPipeline pipeline, AcquisitionWorker acquirer)
    {
        OpenPanels panels = new();
        VerdictDesk desk = new(
            panels, Plc?.Link, _recorder, Counters, _time, _setup.Options.Inspection.Verdict.Deadline, _logger);
        _inference.Desk = desk;
        Task monitor = Guard("Deadline monitor", NotInspectedReason.Deadline, MonitorAsync(desk));
        StitchWorker stitcher = new(pipeline, _camera.Description, _handOver, _token, panels, desk, _time, InspectionCounters, _logger);
        Task stitching = Guard(
            "Stitching", NotInspectedReason.Queue, DedicatedThread.Run("stitching", () => stitcher.Run(_budget.InspectionOver)));
        Task acquisition = Guard(
            "Acquisition", NotInspectedReason.Camera, DedicatedThread.Run("acquisition", () => acquirer.Run(_stopSource.Token)));
        return EndAsync(desk, acquisition, stitching, monitor);
    }

    // Whatever goes wrong on the way, the PLC is signed off from and the recorder completed.
    private async Task EndAsync(VerdictDesk desk, Task acquisition, Task stitching, Task monitor)
    {
        await Guard("Drain", NotInspectedReason.Queue, DrainAsync(desk, acquisition, stitching));
        await _stopSource.CancelAsync();
        await monitor;
        await EndPlcAndRecorderAsync();
        LogStopped();
    }

    private async Task DrainAsync(VerdictDesk desk, Task acquisition, Task stitching)
    {
        await InTimeAsync("Acquisition", acquisition, _budget.DrainOver);
        if (!_stopSource.IsCancellationRequested)
        {
            _logger.SourceEnded();
        }

        await InTimeAsync("Stitching", stitching, _budget.DrainOver);
        await InTimeAsync("Inference", _inferenceEnded, _budget.DrainOver);

        // A stop ends before these panels' verdicts were there: they are late, whatever the queues look like.
        desk.DenyOpen(_faultReason != 0 ? (NotInspectedReason)_faultReason : NotInspectedReason.Deadline);
        if (Plc is not null)
        {
            await Plc.DrainAsync(PlcDrainWithin, _budget.DrainOver);
        }
    }

    private async Task EndPlcAndRecorderAsync()
    {
        if (Plc is not null)
        {
            using CancellationTokenRegistration breakOff = _budget.LinkOver.Register(Plc.Link.Abort);
            Plc.Stop();
            await InTimeAsync("PLC link", _plcEnded, _budget.RecordsOver);
            Plc.RunOut();
        }

        _recorder.Complete();
        await InTimeAsync("Recorder", _recorderEnded, _budget.Over);
    }

    // A thread that hangs in a driver can't be ended; the line must end all the same.
    private async Task InTimeAsync(string worker, Task ended, CancellationToken limit)
    {
        try
        {
            await ended.WaitAsync(limit);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !ended.IsCompleted)
        {
            Interlocked.Increment(ref _faults);
            _logger.WorkerOverdue(worker);
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

    // The one place where a worker's fault is caught: logged once, the first one told to the PLC, every other worker
    // ended. What was received before the camera failed is still judged, as at a stop.
    private async Task Guard(string worker, NotInspectedReason reason, Task work)
    {
        try
        {
            await work;
        }
        catch (Exception e)
        {
            _logger.WorkerFault(e, worker);
            if (Interlocked.CompareExchange(ref _faultReason, (int)reason, 0) == 0)
            {
                Plc?.Link.ReportFault(reason);
            }

            Interlocked.Increment(ref _faults);
            if (reason == NotInspectedReason.Camera)
            {
                _budget.Begin();
            }
            else
            {
                _budget.Abort();
                _handOver.EndStitching();
            }

            await _stopSource.CancelAsync();
            _handOver.EndAcquisition();
        }
    }

    private void LogStopped()
    {
        _logger.Counted(CountersByName());
        _logger.LineStopped(
            InspectionCounters[InspectionCounter.Panels],
            InspectionCounters[InspectionCounter.Accepted],
            InspectionCounters[InspectionCounter.Rejected],
            InspectionCounters[InspectionCounter.NotInspected],
            Counters[LineCounter.LateVerdicts],
            _handOver.Ring.Overruns,
            Counters[LineCounter.RecordsDropped]);
    }

    private Dictionary<string, long> CountersByName() => new[]
    {
        Enum.GetValues<InspectionCounter>().Select(c => KeyValuePair.Create(c.ToString(), InspectionCounters[c])),
        Enum.GetValues<LineCounter>().Select(c => KeyValuePair.Create(c.ToString(), Counters[c])),
        Plc?.Link.Counters.ByName().Select(c => KeyValuePair.Create($"Plc{c.Key}", c.Value)) ?? [],
    }.SelectMany(counters => counters).Where(counter => counter.Value != 0).ToDictionary();
}

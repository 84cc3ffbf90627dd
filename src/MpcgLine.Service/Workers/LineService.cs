using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MpcgLine.Devices.Cameras.Bursts;
using MpcgLine.Devices.Cameras.Replay;
using MpcgLine.Devices.Cameras.Simulated;
using MpcgLine.Inspection.Acquisition;
using MpcgLine.Inspection.Primitives;
using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Inspection.Reconstruction.Native;
using MpcgLine.Learning.Bundles;
using MpcgLine.Service.Configuration;
using MpcgLine.Service.Records;

namespace MpcgLine.Service.Workers;

/// <summary>
/// The production line as a hosted service. What can be proven is proven before the host has started: configuration,
/// model, camera. The line's own end, or its fault, stops the host.
/// </summary>
internal sealed class LineService(
    IOptions<LineOptions> options, TimeProvider time, ILoggerFactory loggers, IHostApplicationLifetime host) : IHostedService, IAsyncDisposable
{
    private ProductionLine? _line;
    private LineRecords? _records;
    private bool _isDisposed;

    /// <summary>Whether the line ended by a fault.</summary>
    public bool HasFault => _line?.HasFault ?? false;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        LineOptions line = options.Value;
        LoadedModel model = LoadedModel.Read(line.Model.Folder, line.Model.Inference());
        TorchRuntime.Load();
        LineCounters counters = new();
        _records = line.Output.Folder.Length > 0
            ? new LineRecords(line.Output, counters, time, loggers.CreateLogger<LineRecords>())
            : null;
        LineSetup setup = new(line, model.Bundle, burstStarted => OpenCamera(line, burstStarted), _records is null ? [] : [_records], counters) { Inference = model.Inference };
        _line = new ProductionLine(setup, time, loggers);
        await _line.StartAsync(cancellationToken);
        _ = StopHostAfterAsync(_line);
    }

    public Task StopAsync(CancellationToken cancellationToken) => _line?.StopAsync().WaitAsync(cancellationToken) ?? Task.CompletedTask;

    /// <summary>Called twice: the container knows this object under two services.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        if (_line is not null)
        {
            await _line.DisposeAsync();
        }

        _records?.Dispose();
    }

    private async Task StopHostAfterAsync(ProductionLine line)
    {
        try
        {
            await line.Ended;
        }
        finally
        {
            host.StopApplication();
        }
    }

    private ILineScanCamera OpenCamera(LineOptions line, Action<BurstStart> burstStarted)
    {
        PixelPitch pitch = new(line.Inspection.PixelPitchXMicrometres, line.Inspection.PixelPitchYMicrometres);
        return line.Camera.Kind == CameraKind.Replay
            ? new ReplayCamera(line.Camera.ReplayCamera(), time, loggers.CreateLogger<ReplayCamera>(), burstStarted)
            : new SimulatedCamera(line.Camera.Simulated.Sequence(pitch), line.Camera.Bursts(), time, burstStarted);
    }
}

using MpcgLine.Devices.Cameras.Bursts;
using MpcgLine.Inspection.Acquisition;
using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Service.Configuration;

namespace MpcgLine.Service.Workers;

/// <summary>What a production line is made of.</summary>
/// <param name="Options">Valid options.</param>
/// <param name="Bundle">A proven, calibrated bundle.</param>
/// <param name="OpenCamera">Opens the camera; the callback is to be told of every burst, on the camera thread.</param>
/// <param name="Observers">Told of every panel.</param>
/// <param name="Counters">Where workers and observers count.</param>
internal sealed record LineSetup(
    LineOptions Options,
    ModelBundle Bundle,
    Func<Action<BurstStart>, ILineScanCamera> OpenCamera,
    IReadOnlyList<ILineObserver> Observers,
    LineCounters Counters)
{
    /// <summary>Where and how the networks run; as the options say where nobody else does.</summary>
    public InferenceOptions Inference { get; init; } = Options.Model.Inference();
}

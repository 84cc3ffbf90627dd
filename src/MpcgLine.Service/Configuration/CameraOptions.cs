using MpcgLine.Devices.Cameras.Bursts;
using MpcgLine.Devices.Cameras.Replay;

namespace MpcgLine.Service.Configuration;

/// <summary>Where strips come from.</summary>
internal sealed class CameraOptions
{
    /// <summary>Which camera; default Simulated.</summary>
    public CameraKind Kind { get; set; }

    /// <summary>Lines per strip, 1 .. 65536; default 128.</summary>
    public int LinesPerStrip { get; set; } = 128;

    /// <summary>Line rate, Hz; 0 plays as fast as the inspection takes it; default 0.</summary>
    public double LinesPerSecond { get; set; }

    /// <summary>Lines the belt moves between two panels, 0 and more; default 500.</summary>
    public int GapLines { get; set; } = 500;

    /// <summary>Strips the ring holds, 2 .. 4096; default 16.</summary>
    public int RingStrips { get; set; } = 16;

    /// <summary>Panels of the simulated camera.</summary>
    public SimulatedCameraOptions Simulated { get; set; } = new();

    /// <summary>Images of the replay camera.</summary>
    public ReplayOptions Replay { get; set; } = new();

    /// <summary>The same as the cameras take it.</summary>
    public BurstOptions Bursts() => new()
    {
        LinesPerStrip = LinesPerStrip,
        LinesPerSecond = LinesPerSecond,
        GapLines = GapLines,
    };

    /// <inheritdoc cref="Bursts"/>
    public ReplayCameraOptions ReplayCamera() => new() { Sources = Replay.Sources, Repeat = Replay.Repeat, Bursts = Bursts() };

    /// <summary>Adds one sentence per value out of range.</summary>
    public void AddProblems(List<string> problems, string key)
    {
        if (RingStrips is < 2 or > 4096)
        {
            problems.Add($"{key}:RingStrips is {RingStrips}; allowed is 2 to 4096.");
        }

        IReadOnlyList<string> ofBursts = Bursts().Problems();
        problems.AddRange(ofBursts.Select(problem => $"{key}:{problem}"));
        if (Kind == CameraKind.Replay)
        {
            problems.AddRange(ReplayCamera().Problems().Except(ofBursts).Select(problem => $"{key}:Replay:{problem}"));
        }
        else
        {
            Simulated.AddProblems(problems, $"{key}:Simulated");
        }
    }
}

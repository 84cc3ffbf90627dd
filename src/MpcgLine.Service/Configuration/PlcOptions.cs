using MpcgLine.Devices.Plc;

namespace MpcgLine.Service.Configuration;

/// <summary>Whom verdicts are told, and how.</summary>
internal sealed class PlcOptions
{
    /// <summary>Whom; default None.</summary>
    public PlcMode Mode { get; set; }

    /// <summary>Address, register bases, times and part binding. With a simulated PLC, address and port are its own.</summary>
    public PlcLinkOptions Link { get; set; } = new();

    /// <summary>Adds one sentence per value out of range.</summary>
    public void AddProblems(List<string> problems, string key)
    {
        if (Link.CameraIsReal)
        {
            problems.Add($"{key}:Link:CameraIsReal is true; it follows from Camera:Kind and must be left out.");
        }

        if (Mode != PlcMode.None)
        {
            problems.AddRange(Link.Problems().Select(problem => $"{key}:Link:{problem}"));
        }
    }
}

using Serilog.Events;

namespace MpcgLine.Service.Configuration;

/// <summary>Where events go: compact JSON files, one object per line, and the console.</summary>
internal sealed class LogOptions
{
    /// <summary>Folder of the log files; default logs.</summary>
    public string Folder { get; set; } = "logs";

    /// <summary>Least level that is logged; default Information.</summary>
    public LogEventLevel Level { get; set; } = LogEventLevel.Information;

    /// <summary>Size at which a new file begins, MB, 1 .. 1024; default 32.</summary>
    public int FileMegabytes { get; set; } = 32;

    /// <summary>Files kept, 2 .. 1000; the oldest goes; default 16.</summary>
    public int Files { get; set; } = 16;

    /// <summary>Adds one sentence per value out of range.</summary>
    public void AddProblems(List<string> problems, string key)
    {
        if (string.IsNullOrWhiteSpace(Folder))
        {
            problems.Add($"{key}:Folder is empty; it must name a folder.");
        }

        if (FileMegabytes is < 1 or > 1024)
        {
            problems.Add($"{key}:FileMegabytes is {FileMegabytes}; allowed is 1 to 1024.");
        }

        if (Files is < 2 or > 1000)
        {
            problems.Add($"{key}:Files is {Files}; allowed is 2 to 1000.");
        }
    }
}

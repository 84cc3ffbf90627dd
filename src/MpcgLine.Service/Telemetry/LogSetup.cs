using System.Globalization;
using MpcgLine.Service.Configuration;
using Serilog;
using Serilog.Events;
using Serilog.Formatting.Compact;

namespace MpcgLine.Service.Telemetry;

/// <summary>What the log is: compact JSON in a bounded set of files, and readable lines on the console.</summary>
internal static class LogSetup
{
    /// <param name="log">Set up here.</param>
    /// <param name="options">Valid options.</param>
    /// <param name="hasConsole">False where a live table owns the console.</param>
    public static void Configure(LoggerConfiguration log, LogOptions options, bool hasConsole)
    {
        log.MinimumLevel.Is(options.Level)
            .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)

            // A start that fails is said once, in one line, by the program itself.
            .MinimumLevel.Override("Microsoft.Extensions.Hosting.Internal.Host", LogEventLevel.Fatal)
            .WriteTo.File(
                new CompactJsonFormatter(),
                Path.Combine(options.Folder, "mpcgline-.jsonl"),
                rollingInterval: RollingInterval.Day,
                rollOnFileSizeLimit: true,
                fileSizeLimitBytes: (long)options.FileMegabytes << 20,
                retainedFileCountLimit: options.Files);
        if (hasConsole)
        {
            log.WriteTo.Console(
                outputTemplate: "{Timestamp:HH:mm:ss.fff} {Level:u3} {Message:lj}{NewLine}{Exception}",
                formatProvider: CultureInfo.InvariantCulture);
        }
    }
}

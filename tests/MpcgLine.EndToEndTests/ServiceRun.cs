using System.Diagnostics;
using System.Reflection;

namespace MpcgLine.EndToEndTests;

/// <summary>One finished run of the built <c>mpcgline</c>: its exit code and all it wrote.</summary>
internal sealed record ServiceRun(int ExitCode, string Output, string Error)
{
    /// <summary>The repository's root folder.</summary>
    public static string RepositoryRoot { get; } = FindRoot();

    /// <summary>Path of the apphost built beside these tests, in the same configuration.</summary>
    public static string AppHost { get; } = Path.Combine(
        RepositoryRoot,
        typeof(ServiceRun).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(attribute => attribute.Key == "ServiceOutput").Value!,
        "mpcgline");

    /// <summary>How to start <c>mpcgline</c> with both outputs redirected; the caller starts it and ends it.</summary>
    public static ProcessStartInfo StartInfo(IEnumerable<string> arguments, string? workingFolder = null)
    {
        ProcessStartInfo start = new(AppHost, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = workingFolder ?? Path.GetTempPath(),
        };
        start.Environment["DOTNET_NOLOGO"] = "1";
        return start;
    }

    /// <summary>
    /// Runs <c>mpcgline</c> to its end. When <paramref name="cancellationToken"/> fires first, ends the program it
    /// started and throws <see cref="OperationCanceledException"/>.
    /// </summary>
    public static async Task<ServiceRun> RunAsync(
        IEnumerable<string> arguments, CancellationToken cancellationToken, string? workingFolder = null)
    {
        using Process program = Process.Start(StartInfo(arguments, workingFolder))!;
        try
        {
            Task<string> output = program.StandardOutput.ReadToEndAsync(cancellationToken);
            Task<string> error = program.StandardError.ReadToEndAsync(cancellationToken);
            await program.WaitForExitAsync(cancellationToken);
            return new ServiceRun(program.ExitCode, await output, await error);
        }
        finally
        {
            if (!program.HasExited)
            {
                program.Kill(entireProcessTree: true);
            }
        }
    }

    private static string FindRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "MpcgLine.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new DirectoryNotFoundException(
            $"no folder above {AppContext.BaseDirectory} holds MpcgLine.sln");
    }
}

using System.Diagnostics;

namespace MpcgLine.EndToEndTests;

/// <summary>One finished run of a program: its exit code and all it wrote.</summary>
internal sealed record ProgramRun(int ExitCode, string Output, string Error)
{
    /// <summary>How to start a program with both outputs redirected.</summary>
    public static ProcessStartInfo Prepare(string program, IEnumerable<string> arguments, string? workingFolder = null)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = workingFolder ?? Path.GetTempPath(),
        };
        start.Environment["DOTNET_NOLOGO"] = "1";
        return start;
    }

    /// <summary>
    /// Runs a program to its end. When <paramref name="cancellationToken"/> fires first, ends the program it started
    /// and throws <see cref="OperationCanceledException"/>.
    /// </summary>
    public static async Task<ProgramRun> RunAsync(ProcessStartInfo start, CancellationToken cancellationToken)
    {
        using Process program = Process.Start(start)!;
        try
        {
            Task<string> output = program.StandardOutput.ReadToEndAsync(cancellationToken);
            Task<string> error = program.StandardError.ReadToEndAsync(cancellationToken);
            await program.WaitForExitAsync(cancellationToken);
            return new ProgramRun(program.ExitCode, await output, await error);
        }
        finally
        {
            if (!program.HasExited)
            {
                program.Kill(entireProcessTree: true);
            }
        }
    }
}

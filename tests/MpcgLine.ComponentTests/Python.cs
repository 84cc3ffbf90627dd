using System.Diagnostics;

namespace MpcgLine.ComponentTests;

/// <summary>Runs a script with Debian's python3: another one on PATH may lack its packages.</summary>
internal static class Python
{
    /// <summary>What the script writes to its standard output; cancelling ends it.</summary>
    public static async Task<string> RunAsync(string script, string[] arguments, string input, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo("/usr/bin/python3")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, script));
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(start)!;
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(cancellation);
            Task<string> errors = process.StandardError.ReadToEndAsync(cancellation);
            await process.StandardInput.WriteAsync(input.AsMemory(), cancellation);
            process.StandardInput.Close();
            await process.WaitForExitAsync(cancellation);
            Assert.True(process.ExitCode == 0, $"{script} ended with {process.ExitCode}: {await errors}");
            return await output;
        }
        finally
        {
            process.Kill();
        }
    }
}

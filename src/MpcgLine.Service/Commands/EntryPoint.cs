using System.CommandLine;
using System.CommandLine.Invocation;
using MpcgLine.Devices.Plc;
using MpcgLine.Imaging;
using MpcgLine.Inspection.Acquisition;
using MpcgLine.Inspection.Reconstruction;
using MpcgLine.Inspection.Reconstruction.Native;
using MpcgLine.Learning.Datasets;
using MpcgLine.Learning.Training;
using MpcgLine.Service.Configuration;
using Spectre.Console;

namespace MpcgLine.Service.Commands;

/// <summary>Runs a command line and turns every way to end into an exit code.</summary>
internal static class EntryPoint
{
    public static async Task<int> RunAsync(RootCommand root, string[] args)
    {
        AppDomain.CurrentDomain.UnhandledException += EndAfterCrash;
        if (Console.IsOutputRedirected)
        {
            // A file has no width; tables are not to be folded at a terminal's 80 columns.
            AnsiConsole.Profile.Width = 200;
        }

        ParseResult parsed = root.Parse(args);

        // Without a termination timeout of its own the library leaves signals to us; with one it ends the program
        // 2 s after SIGTERM, undrained.
        InvocationConfiguration invocation = new() { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false };
        try
        {
            int code = await parsed.InvokeAsync(invocation);
            return parsed.Action is ParseErrorAction ? ExitCode.Error : code;
        }
        catch (Exception e) when (IsForThePerson(e))
        {
            await Console.Error.WriteLineAsync($"mpcgline: {e.Message}");
            return ExitCode.Error;
        }
        catch (Exception e)
        {
            await Console.Error.WriteLineAsync($"mpcgline: unexpected fault, please report it: {e}");
            return ExitCode.Error;
        }
    }

    private static bool IsForThePerson(Exception e) =>
        e is CommandException or ConfigurationException or ModelException or ImageFileException or DatasetException
            or TrainingException or CameraException or PlcException or TorchRuntimeException
            or IOException or UnauthorizedAccessException;

    private static void EndAfterCrash(object sender, UnhandledExceptionEventArgs e)
    {
        Console.Error.WriteLine($"mpcgline: unexpected fault, please report it: {e.ExceptionObject}");
        Environment.Exit(ExitCode.Error);
    }
}

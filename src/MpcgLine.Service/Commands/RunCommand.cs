using System.CommandLine;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using MpcgLine.Learning.Bundles;
using MpcgLine.Service.Configuration;
using MpcgLine.Service.Telemetry;
using MpcgLine.Service.Workers;
using Serilog;

namespace MpcgLine.Service.Commands;

/// <summary>
/// <c>mpcgline run</c>: the daemon. Ctrl-C and SIGTERM drain and stop within 5 s with exit code 0; so does the end of a
/// source that has one. A configuration with problems does not start, a fault stops the line: exit code 2.
/// </summary>
internal static class RunCommand
{
    public static Command Create()
    {
        Option<string> file = new("--config") { Description = "Configuration file (JSON).", Required = true };
        Option<bool> checkOnly = new("--check") { Description = "Check the configuration and the model's files, and start nothing." };
        Command command = new("run", "Inspect a production line as a configuration says.") { file, checkOnly };
        command.SetAction((parsed, cancellation) =>
            RunAsync(parsed.GetRequiredValue(file), parsed.GetValue(checkOnly), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(string file, bool checkOnly, CancellationToken cancellation)
    {
        IConfiguration configuration = ReadFile(file);
        try
        {
            using IHost host = BuildHost(configuration);
            if (checkOnly)
            {
                ModelOptions model = host.Services.GetRequiredService<IOptions<LineOptions>>().Value.Model;
                LoadedModel.Read(model.Folder, model.Inference());
                await Console.Out.WriteLineAsync($"{file}: valid");
                return ExitCode.Done;
            }

            LineService line = host.Services.GetRequiredService<LineService>();
            CancellationToken stopping = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
            try
            {
                await host.RunAsync(cancellation);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested || cancellation.IsCancellationRequested)
            {
                // Stopped while it was starting: a stop like any other.
            }

            return line.HasFault ? ExitCode.Error : ExitCode.Done;
        }
        catch (OptionsValidationException e)
        {
            string[] problems = [.. e.Failures];
            string lines = string.Join(Environment.NewLine, problems.Select(problem => $"  {problem}"));
            throw new ConfigurationException($"{file} has {problems.Length} {(problems.Length == 1 ? "problem" : "problems")}:{Environment.NewLine}{lines}");
        }
    }

    private static IConfiguration ReadFile(string file)
    {
        string path = Path.GetFullPath(file);
        if (!File.Exists(path))
        {
            throw new ConfigurationException($"{file}: there is no such file.");
        }

        try
        {
            return new ConfigurationBuilder().AddJsonFile(path).Build();
        }
        catch (InvalidDataException e)
        {
            throw new ConfigurationException($"{file} is not JSON: {e.InnerException?.Message ?? e.Message}");
        }
    }

    private static IHost BuildHost(IConfiguration configuration)
    {
        LineOptionsReader reader = new(configuration);
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddSingleton<IValidateOptions<LineOptions>>(new LineOptionsValidator(reader));
        builder.Services.AddOptions<LineOptions>().Configure(reader.Read).ValidateOnStart();
        builder.Services.AddSerilog((services, log) =>
            LogSetup.Configure(log, services.GetRequiredService<IOptions<LineOptions>>().Value.Log, hasConsole: true));
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(5));
        builder.Services.AddSingleton<LineService>();
        builder.Services.AddHostedService(services => services.GetRequiredService<LineService>());
        return builder.Build();
    }
}

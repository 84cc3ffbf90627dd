using System.Diagnostics;
using System.Reflection;

namespace MpcgLine.EndToEndTests;

/// <summary>The <c>mpcgline</c> built beside these tests, in the same configuration.</summary>
internal static class Service
{
    /// <summary>The repository's root folder.</summary>
    public static string RepositoryRoot { get; } = FindRoot();

    /// <summary>Path of the apphost.</summary>
    public static string AppHost { get; } = Path.Combine(
        RepositoryRoot,
        typeof(Service).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(attribute => attribute.Key == "ServiceOutput").Value!,
        "mpcgline");

    /// <summary>How to start <c>mpcgline</c> with both outputs redirected, for a test that ends it itself.</summary>
    public static ProcessStartInfo Prepare(IEnumerable<string> arguments, string? workingFolder = null)
    {
        ProcessStartInfo start = ProgramRun.Prepare(AppHost, arguments, workingFolder);

        // On a busy machine the tensor library's threads wait for each other more than they compute.
        start.Environment["OMP_NUM_THREADS"] = "1";
        return start;
    }

    /// <summary>Runs <c>mpcgline</c> to its end; <see cref="ProgramRun.RunAsync"/> says what cancelling does.</summary>
    public static Task<ProgramRun> RunAsync(
        IEnumerable<string> arguments, CancellationToken cancellationToken, string? workingFolder = null) =>
        ProgramRun.RunAsync(Prepare(arguments, workingFolder), cancellationToken);

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

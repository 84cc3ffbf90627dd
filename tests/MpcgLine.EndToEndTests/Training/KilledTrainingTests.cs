using System.Diagnostics;

namespace MpcgLine.EndToEndTests.Training;

public sealed class KilledTrainingTests(TinyModel tiny)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Train_KilledAndStartedAgain_GoesOnFromTheCheckpointToABundle()
    {
        using TemporaryFolder folder = new();
        string[] train =
        [
            "train", "--good", tiny.CleanPanels, "--out", "bundle", "--steps", "20", "--network-width", "0.125", "--edges", "contrast",
        ];
        await KillAtCheckpointAsync(train, folder.Path);
        Assert.False(Directory.Exists(folder["bundle"]), "the training was over before it was killed");

        ProgramRun again = await Service.RunAsync(train, Cancellation, folder.Path);

        Assert.True(again.ExitCode == 0, again.Error);
        Assert.Contains("reconstruction goes on after step", again.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("fusion goes on after step", again.Output, StringComparison.Ordinal);
        ProgramRun verify = await Service.RunAsync(["model", "verify", "bundle"], Cancellation, folder.Path);
        Assert.True(verify.ExitCode == 0, verify.Error);
    }

    /// <summary>Kills (signal 9) a training as soon as its first checkpoint is whole.</summary>
    private static async Task KillAtCheckpointAsync(string[] train, string folder)
    {
        string run = Path.Combine(folder, "bundle.run");
        Directory.CreateDirectory(run);
        TaskCompletionSource written = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using FileSystemWatcher watcher = new(run, "*.checkpoint");
        // A checkpoint is written beside and renamed.
        watcher.Renamed += (_, _) => written.TrySetResult();
        watcher.EnableRaisingEvents = true;
        using Process program = Process.Start(Service.Prepare(train, folder))!;
        try
        {
            Task<string> output = program.StandardOutput.ReadToEndAsync(Cancellation);
            Task<string> error = program.StandardError.ReadToEndAsync(Cancellation);
            await Task.WhenAny(written.Task, program.WaitForExitAsync(Cancellation));
            if (!written.Task.IsCompleted)
            {
                Assert.Fail($"the training ended without a checkpoint: {await output}{await error}");
            }
        }
        finally
        {
            program.Kill();
            await program.WaitForExitAsync(CancellationToken.None);
        }

        // Ended by a signal: 128 and its number.
        Assert.Equal(128 + 9, program.ExitCode);
    }
}

using System.Text.Json;

namespace MpcgLine.EndToEndTests.Commands;

public sealed class SimulateCommandTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Simulate_SameSeedTwice_GivesTheSameBytesAndAnotherSeedOthers()
    {
        using TemporaryFolder folder = new();
        await SimulateAsync(folder["a"], "7");
        await SimulateAsync(folder["b"], "7");
        await SimulateAsync(folder["c"], "8");

        string[] names = [.. Directory.GetFiles(folder["a"]).Select(path => Path.GetFileName(path)).Order()];
        Assert.Equal(
            ["panel-1-mask.png", "panel-1.json", "panel-1.png", "panel-2-mask.png", "panel-2.json", "panel-2.png"], names);
        foreach (string name in names)
        {
            Assert.Equal(
                await File.ReadAllBytesAsync(folder[$"a/{name}"], Cancellation),
                await File.ReadAllBytesAsync(folder[$"b/{name}"], Cancellation));
        }

        Assert.NotEqual(
            await File.ReadAllBytesAsync(folder["a/panel-1.png"], Cancellation),
            await File.ReadAllBytesAsync(folder["c/panel-1.png"], Cancellation));
    }

    [Fact]
    public async Task Simulate_OneOfTwoClean_TruthHasThreeRegionsOrMoreOnTheOther()
    {
        using TemporaryFolder folder = new();
        await SimulateAsync(folder["a"], "7", "--clean", "1");

        int[] counts =
        [
            await RegionsAsync(folder["a/panel-1.json"]),
            await RegionsAsync(folder["a/panel-2.json"]),
        ];

        Assert.Equal(0, counts.Min());
        Assert.True(counts.Max() >= 3, $"{counts.Max()} regions");
    }

    private static async Task<int> RegionsAsync(string path) =>
        JsonDocument.Parse(await File.ReadAllTextAsync(path, Cancellation)).RootElement.GetProperty("regions").GetArrayLength();

    private static async Task SimulateAsync(string folder, string seed, params string[] more)
    {
        ProgramRun run = await Service.RunAsync(
            ["simulate", "--out", folder, "--panels", "2", "--seed", seed, "--width", "512", "--length", "640", .. more], Cancellation);
        Assert.True(run.ExitCode == 0, run.Error);
    }
}

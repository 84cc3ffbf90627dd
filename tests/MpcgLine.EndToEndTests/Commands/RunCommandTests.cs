using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace MpcgLine.EndToEndTests.Commands;

public sealed class RunCommandTests(TinyModel model)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> ShippedConfigurations => [.. Directory
        .GetFiles(Path.Combine(Service.RepositoryRoot, "configs"), "*.json").Select(path => Path.GetFileName(path))];

    [Fact]
    public async Task Run_FiveErrors_ReportsFiveAndExitsTwo()
    {
        using TemporaryFolder folder = new();
        await File.WriteAllTextAsync(
            folder["bad.json"],
            $$"""
            {
              "Camera": { "Kind": "Webcam", "LinesPerSecond": -3, "Zoom": 2 },
              "Inspection": { "Edges": { "Level": 900 }, "Verdict": { "Deadline": "soon" } },
              "Model": { "Bundle": "{{model.Blind}}" }
            }
            """,
            Cancellation);

        ProgramRun run = await Service.RunAsync(["run", "--config", folder["bad.json"]], Cancellation, folder.Path);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("5 problems", run.Error, StringComparison.Ordinal);
        foreach (string key in (string[])["Camera:Kind is 'Webcam'", "Camera:LinesPerSecond is -3", "Camera:Zoom is not a known key", "Inspection:Edges:Level is 900", "Inspection:Verdict:Deadline is 'soon'"])
        {
            Assert.Contains(key, run.Error, StringComparison.Ordinal);
        }

        Assert.Equal(["bad.json"], Directory.EnumerateFileSystemEntries(folder.Path).Select(path => Path.GetFileName(path)));
    }

    [Theory]
    [InlineData("{ \"Camera\": ")]
    [InlineData("[1, 2]")]
    public async Task Run_FileIsNoConfiguration_ExitsTwo(string text)
    {
        using TemporaryFolder folder = new();
        await File.WriteAllTextAsync(folder["bad.json"], text, Cancellation);

        ProgramRun run = await Service.RunAsync(["run", "--config", folder["bad.json"]], Cancellation, folder.Path);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("bad.json", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("unexpected fault", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(ShippedConfigurations))]
    public async Task Check_ShippedConfiguration_IsValid(string name)
    {
        // The example names a model and images of the reader's own.
        using TemporaryFolder folder = new();
        JsonNode configuration = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Service.RepositoryRoot, "configs", name), Cancellation))!;
        configuration["Model"]!["Bundle"] = model.Blind;
        foreach (JsonNode? source in configuration["Camera"]!["Replay"]?["Sources"]?.AsArray() ?? [])
        {
            Directory.CreateDirectory(folder[source!.GetValue<string>()]);
        }

        await File.WriteAllTextAsync(folder[name], configuration.ToJsonString(), Cancellation);

        ProgramRun run = await Service.RunAsync(["run", "--config", folder[name], "--check"], Cancellation, folder.Path);

        Assert.True(run.ExitCode == 0, run.Error);
    }

    [Fact]
    public async Task Run_ReplayEnds_EveryImageHasOneVerdictThatThePlcRead()
    {
        using TemporaryFolder folder = new();
        await WriteReplayAsync(folder);

        ProgramRun run = await Service.RunAsync(["run", "--config", folder["replay.json"]], Cancellation, folder.Path);

        Assert.True(run.ExitCode == 0, run.Error + run.Output);
        JsonNode[] verdicts = [.. (await File.ReadAllLinesAsync(folder["out/verdicts.jsonl"], Cancellation)).Select(line => JsonNode.Parse(line)!)];
        Assert.Equal(4, verdicts.Length);
        Assert.All(verdicts, verdict => Assert.Equal("accept", verdict["verdict"]!.GetValue<string>()));
        Assert.All(verdicts, verdict => Assert.Equal("accept", verdict["plcVerdict"]!.GetValue<string>()));
        Assert.Equal(4, verdicts.Select(verdict => verdict["source"]!.GetValue<string>()).Distinct().Count());
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task Run_Signalled_DrainsAndExitsZeroWithinFiveSeconds(string signal)
    {
        using TemporaryFolder folder = new();
        await WriteSimulatedAsync(folder);
        using Process program = Process.Start(Service.Prepare(["run", "--config", folder["line.json"]], folder.Path))!;
        try
        {
            Task<string> error = program.StandardError.ReadToEndAsync(Cancellation);
            await ReadUntilAsync(program, "INF Panel 1,");
            ProgramRun kill = await ProgramRun.RunAsync(
                ProgramRun.Prepare("/bin/kill", [$"-{signal}", program.Id.ToString(CultureInfo.InvariantCulture)]), Cancellation);
            Assert.Equal(0, kill.ExitCode);
            using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
            limit.CancelAfter(TimeSpan.FromSeconds(5));
            string rest = await program.StandardOutput.ReadToEndAsync(limit.Token);
            await program.WaitForExitAsync(limit.Token);

            Assert.True(program.ExitCode == 0, await error);
            Assert.Contains("Online = 0 written: True", rest, StringComparison.Ordinal);
            Assert.Contains("Stopped.", rest, StringComparison.Ordinal);
        }
        finally
        {
            if (!program.HasExited)
            {
                program.Kill(entireProcessTree: true);
            }
        }
    }

    private static async Task ReadUntilAsync(Process program, string words)
    {
        while (await program.StandardOutput.ReadLineAsync(Cancellation) is { } line)
        {
            if (line.Contains(words, StringComparison.Ordinal))
            {
                return;
            }
        }

        Assert.Fail($"The program ended without saying '{words}'.");
    }

    private Task WriteReplayAsync(TemporaryFolder folder) => File.WriteAllTextAsync(
        folder["replay.json"],
        $$"""
        {
          "Camera": { "Kind": "Replay", "Replay": { "Sources": [ "{{model.CleanPanels}}" ] } },
          "Inspection": { "Edges": { "Mode": "Contrast" }, "Verdict": { "Deadline": "00:02:00" } },
          "Model": { "Bundle": "{{model.Blind}}" },
          "Plc": { "Mode": "Simulated" },
          "Output": { "Folder": "out", "Overlays": "All" }
        }
        """,
        Cancellation);

    private Task WriteSimulatedAsync(TemporaryFolder folder) => File.WriteAllTextAsync(
        folder["line.json"],
        $$"""
        {
          "Camera": { "LinesPerSecond": 500, "Simulated": { "Width": 512, "Length": 512, "Panels": 1000 } },
          "Model": { "Bundle": "{{model.Blind}}", "BatchTiles": 1 },
          "Plc": { "Mode": "Simulated" }
        }
        """,
        Cancellation);
}

using System.Text.Json.Nodes;

namespace MpcgLine.EndToEndTests.Commands;

public sealed class TrainCommandTests(TinyModel tiny) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Train_FolderHoldsSomethingElse_RefusesBeforeTrainingAndTouchesNothing()
    {
        string photographs = _folder["photographs"];
        Directory.CreateDirectory(photographs);
        File.WriteAllText(Path.Combine(photographs, "holiday.jpg"), "not a bundle");

        ProgramRun run = await Service.RunAsync(["train", "--good", tiny.CleanPanels, "--out", photographs, "--steps", "1"], Cancellation);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("holiday.jpg", run.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(photographs, "holiday.jpg")));
        Assert.False(Directory.Exists(photographs + ".run"));
    }

    [Fact]
    public async Task Train_NarrowImagesAsWeb_RefusesBeforeTraining()
    {
        string bundle = _folder["bundle"];

        ProgramRun run = await Service.RunAsync(
            ["train", "--good", tiny.CleanPanels, "--out", bundle, "--steps", "1", "--edges", "web"], Cancellation);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains($"{TinyModel.PanelEdge} px wide; at least 1024 px are needed", run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(bundle + ".run"));
    }

    [Fact]
    public async Task Train_DeviceThatIsNotThere_SaysWhatIsMissingAndBeginsNothing()
    {
        string bundle = _folder["bundle"];

        ProgramRun run = await Service.RunAsync(
            ["train", "--good", tiny.CleanPanels, "--out", bundle, "--steps", "1", "--edges", "contrast", "--device", "cuda"], Cancellation);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("Device Cuda was asked for, but libtorch finds none", run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(bundle + ".run"));
    }

    [Fact]
    public async Task Train_OwnGoodImages_GoesOnFromTheShippedModelAndRecordsIt()
    {
        string bundle = _folder["bundle"];

        ProgramRun run = await Service.RunAsync(["train", "--good", tiny.CleanPanels, "--out", bundle, "--steps", "1", "--edges", "contrast"], Cancellation);

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("goes on from simulated-glass, the shipped model", run.Output, StringComparison.Ordinal);
        string[] commands = [.. JsonNode.Parse(File.ReadAllText(Path.Combine(bundle, "manifest.json")))!["provenance"]!["commands"]!.AsArray().Select(c => (string)c!)];
        Assert.Contains("--simulated", commands[0], StringComparison.Ordinal);
        Assert.Contains(tiny.CleanPanels, commands[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_FromABundleAndFromScratch_IsRefused()
    {
        ProgramRun run = await Service.RunAsync(
            ["train", "--good", tiny.CleanPanels, "--out", _folder["bundle"], "--fine-tune", tiny.Blind, "--from-scratch"], Cancellation);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("--from-scratch", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1:7168")]
    [InlineData("0:1024x1024")]
    [InlineData("2:1024x1024,1:100x100")]
    public async Task Train_MorePanelsNotUsable_IsRefusedWithWhatIsAllowed(string given)
    {
        ProgramRun run = await Service.RunAsync(
            ["train", "--simulated", "--more-panels", given, "--out", _folder["bundle"], "--steps", "1"], Cancellation);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains($"--more-panels has '{given.Split(',')[^1]}'", run.Error, StringComparison.Ordinal);
        Assert.Contains("512..7168 x 512..14000 px", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("16")]
    [InlineData("16..4")]
    [InlineData("1..20")]
    [InlineData("4..wide")]
    public async Task Train_DefectWidthNotUsable_IsRefusedWithWhatIsAllowed(string given)
    {
        ProgramRun run = await Service.RunAsync(
            ["train", "--simulated", "--defect-width", given, "--out", _folder["bundle"], "--steps", "1"], Cancellation);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains($"--defect-width is '{given}'; allowed is MIN..MAX in px, within 2..64.", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Calibrate_Exposures_IsRecordedAndNotLostInSilence()
    {
        string bundle = CopyOfBlind();
        string[] command = ["calibrate", "--model", bundle, "--good", tiny.CleanPanels, "--target", "0.1"];

        ProgramRun exposed = await Service.RunAsync([.. command, "--part", @"panel-(\d+)", "--exposures"], Cancellation);
        JsonNode manifest = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(bundle, "manifest.json"), Cancellation))!;
        ProgramRun without = await Service.RunAsync(command, Cancellation);

        Assert.True(exposed.ExitCode == 0, exposed.Error);
        Assert.Contains("10.0 % of exposures of good parts flagged", exposed.Output, StringComparison.Ordinal);
        Assert.True(manifest["calibration"]!["imagesAreExposures"]!.GetValue<bool>());
        Assert.True(without.ExitCode == 0, without.Error);
        Assert.Contains("note: the bundle was calibrated with --exposures", without.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Calibrate_EdgesNotGiven_TakesThoseOfTheBundleAndRecordsItsCommand()
    {
        string bundle = CopyOfBlind();

        ProgramRun run = await Service.RunAsync(["calibrate", "--model", bundle, "--good", tiny.CleanPanels, "--target", "0.1"], Cancellation);

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains("edges 'Contrast', 8 px inside", run.Output, StringComparison.Ordinal);
        Assert.Contains("calibrate with more good images", run.Output, StringComparison.Ordinal);
        JsonNode manifest = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(bundle, "manifest.json"), Cancellation))!;
        Assert.Equal("Contrast", manifest["calibration"]!["edges"]!.GetValue<string>());
        Assert.Equal(0.1, manifest["calibration"]!["targetFalseAlarmRate"]!.GetValue<double>());
        string[] commands = [.. manifest["provenance"]!["commands"]!.AsArray().Select(c => c!.GetValue<string>())];
        Assert.Equal(2, commands.Length);
        Assert.StartsWith("mpcgline train ", commands[0], StringComparison.Ordinal);
        Assert.StartsWith("mpcgline calibrate ", commands[1], StringComparison.Ordinal);
        Assert.Equal(
            ["fusion.png", "log.csv", "reconstruction.png", "samples.png"],
            Directory.EnumerateFiles(tiny.Blind + ".run").Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    private string CopyOfBlind()
    {
        string bundle = _folder["bundle"];
        Directory.CreateDirectory(bundle);
        foreach (string file in Directory.EnumerateFiles(tiny.Blind))
        {
            File.Copy(file, Path.Combine(bundle, Path.GetFileName(file)));
        }

        return bundle;
    }
}

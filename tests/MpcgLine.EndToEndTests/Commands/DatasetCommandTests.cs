using System.Text.Json;

namespace MpcgLine.EndToEndTests.Commands;

public sealed class DatasetCommandTests(TinyModel model) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Dataset_PanelsCutThenReported_GroupsTilesByPanelAndShowsSuspects()
    {
        ProgramRun cut = await Service.RunAsync(
            ["dataset", "cut", model.CleanPanels, "--size", "128", "--edges", "contrast", "--out", _folder["tiles"]], Cancellation);
        Assert.True(cut.ExitCode == 0, cut.Error);
        string[] tiles = [.. Directory.GetFiles(_folder["tiles"]).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];
        Assert.All(tiles, t => Assert.Matches("^panel-[1-4]_x[0-9]+_y[0-9]+\\.png$", t));
        Assert.Equal(4, tiles.Select(t => t.Split('_')[0]).Distinct().Count());
        Assert.Contains($"{tiles.Length} tiles of 4 panels", cut.Output, StringComparison.Ordinal);

        ProgramRun report = await Service.RunAsync(
            ["dataset", "report", "--good", _folder["tiles"], "--part", "^(.*)_x[0-9]+_y[0-9]+", "--model", model.Blind, "--edges", "none", "--out", _folder["out"]],
            Cancellation);

        Assert.True(report.ExitCode == 0, report.Error);
        Assert.Contains($"{tiles.Length} of 4 parts", report.Output, StringComparison.Ordinal);
        JsonElement json = JsonDocument.Parse(await File.ReadAllTextAsync(_folder["out/report.json"], Cancellation)).RootElement;
        Assert.Equal(tiles.Length * 128L * 128, json.GetProperty("histogram").EnumerateArray().Sum(n => n.GetInt64()));
        Assert.Equal(tiles.Length, json.GetProperty("suspects").GetArrayLength());
        Assert.True(new FileInfo(_folder["out/suspicious.png"]).Length > 1000);
        string page = await File.ReadAllTextAsync(_folder["out/report.html"], Cancellation);
        Assert.Contains("data:image/png;base64,", page, StringComparison.Ordinal);
        // A colon is in no picture.
        Assert.DoesNotContain("http:", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("https:", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Cut_DamagedTiff_IsOneLineOfOursAndTheOthersGoOn()
    {
        string damaged = _folder["damaged.tif"];
        await File.WriteAllBytesAsync(damaged, [(byte)'I', (byte)'I', 42, 0, 8, 0, 0, 0, 9, 0, 1, 2, 3, 4, 5, 6, 7, 8], Cancellation);

        ProgramRun run = await Service.RunAsync(
            ["dataset", "cut", damaged, Path.Combine(model.CleanPanels, "panel-1.png"), "--size", "128", "--out", _folder["tiles"]], Cancellation);

        Assert.Equal(2, run.ExitCode);
        Assert.StartsWith($"mpcgline: {damaged}: ", Assert.Single(run.Error.TrimEnd().Split('\n')), StringComparison.Ordinal);
        int across = TinyModel.PanelEdge / 128;
        Assert.Equal(across * across, Directory.GetFiles(_folder["tiles"]).Length);
    }

    [Fact]
    public async Task Train_PartsThatCanNotBeTold_IsRefusedBeforeTraining()
    {
        foreach ((string[] given, string expected) in ((string[], string)[])
            [
                (["--part", "panel-("], "--part 'panel-(' is not a regular expression"),
                (["--part", "lot[0-9]"], "4 of 4 file names do not match it, the first is panel-1.png"),
                (["--part", "panel"], "holds 4 images of 1 parts"),
            ])
        {
            ProgramRun run = await Service.RunAsync(
                ["train", "--good", model.CleanPanels, "--out", _folder["bundle"], "--steps", "1", .. given], Cancellation);

            Assert.Equal(2, run.ExitCode);
            Assert.Contains(expected, run.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("unexpected fault", run.Error, StringComparison.Ordinal);
            Assert.False(Directory.Exists(_folder["bundle.run"]));
        }
    }
}
